import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { Problem, type Scope } from '../../domain/index.ts';
import { NameSchema, ReasonTextSchema, TimestampMsSchema } from '../../domain/schema/index.ts';
import { actorOf } from './access.ts';
import { type Dependencies, knownScope, published } from './dependencies.ts';

const admin = { access: 'admin' } as const;
const SourceParams = Type.Object({ environment: NameSchema, source: Type.String({ minLength: 1, maxLength: 64 }) });
const ReasonBody = Type.Union([
  Type.Null(),
  Type.Object({ reason: Type.Optional(ReasonTextSchema) }, { additionalProperties: false }),
]);
const QuarantineAnswer = Type.Union([
  Type.Null(),
  Type.Object({
    sinceMs: TimestampMsSchema,
    actor: Type.String(),
    reason: Type.Union([Type.Null(), Type.String()]),
  }),
]);
const SourceAnswer = Type.Object({
  source: Type.String(),
  keyName: Type.Union([Type.Null(), Type.String()]),
  reports: Type.Integer(),
  lateReports: Type.Integer(),
  duplicateReports: Type.Integer(),
  refusedReports: Type.Integer(),
  lastSeenMs: Type.Union([Type.Null(), TimestampMsSchema]),
  quarantine: QuarantineAnswer,
});
const Moved = Type.Object({ source: Type.String(), quarantine: QuarantineAnswer });

/** Sources that need no key. */
const BUILT_IN_SOURCES = ['prometheus'];

/** Sources of metrics: how they do, and which of them no decision may look at. */
export const sourceRoutes =
  (deps: Dependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { windows } = deps.storage;

    app.get(
      '/environments/:environment/sources',
      {
        config: admin,
        schema: {
          summary: 'List the sources of metrics, with their last hour',
          description: 'A source is an API key that reports, or a built-in one such as "prometheus".',
          params: Type.Object({ environment: NameSchema }),
          response: { 200: Type.Object({ sources: Type.Array(SourceAnswer) }) },
        },
      },
      async (request) => {
        const scope = await knownScope(deps, request, request.params.environment);
        return { sources: [...(await windows.listSources(scope))] };
      },
    );

    app.put(
      '/environments/:environment/sources/:source/quarantine',
      {
        config: { ...admin, needs: 'release' },
        // A reason is optional, and so is the body; the validator wants one that it can look at.
        preValidation: async (request) => {
          request.body ??= null;
        },
        schema: {
          summary: 'Leave a source out of all decisions',
          description: 'Its reports are stored, and count once it is released. Repeating it changes nothing.',
          params: SourceParams,
          body: ReasonBody,
          response: { 200: Moved },
        },
      },
      async (request) => {
        const { environment, source } = request.params;
        const scope = await knownScope(deps, request, environment);
        await requireSource(deps, scope, source);
        const authorship = { actor: actorOf(request), ...request.body };
        await published(deps, scope, windows.quarantineSource(scope, source, authorship));
        const quarantined = (await windows.listSources(scope)).find((listed) => listed.source === source);
        return { source, quarantine: quarantined?.quarantine ?? null };
      },
    );

    app.delete(
      '/environments/:environment/sources/:source/quarantine',
      {
        config: { ...admin, needs: 'release' },
        schema: { summary: 'Let a source count again', params: SourceParams, response: { 200: Moved } },
      },
      async (request) => {
        const { environment, source } = request.params;
        const scope = await knownScope(deps, request, environment);
        const wasReleased = await published(
          deps,
          scope,
          windows.releaseSource(scope, source, { actor: actorOf(request) }),
        );
        if (!wasReleased) throw new Problem('sourceNotFound', `"${source}" is not in quarantine`);
        return { source, quarantine: null };
      },
    );
  };

/** A misspelt source in quarantine would look like protection. */
async function requireSource({ storage }: Dependencies, { tenant, environment }: Scope, source: string): Promise<void> {
  if (BUILT_IN_SOURCES.includes(source)) return;
  const keys = await storage.keys.listKeys(tenant);
  if (keys.some((key) => key.keyId === source && key.environment === environment)) return;
  throw new Problem('sourceNotFound', `no key "${source}" in environment "${environment}"`);
}
