import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { type FlagDefinition, type JsonValue, Problem } from '../../domain/index.ts';
import { KeySchema, NameSchema, RevisionSchema } from '../../domain/schema/index.ts';
import { checkEvaluators, checkFlag } from '../../evaluator/index.ts';
import { actorOf } from './access.ts';
import { type Dependencies, knownScope, published, readPublished } from './dependencies.ts';
import { lostVariants } from './lost-variants.ts';
import { revisionCondition, revisionTag } from './preconditions.ts';

const EnvironmentParams = Type.Object({ environment: NameSchema });
const FlagParams = Type.Object({ environment: NameSchema, flag: KeySchema });
const PageQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
  after: Type.Optional(KeySchema),
});
const FlagAnswer = Type.Object({
  key: KeySchema,
  revision: RevisionSchema,
  definition: Type.Unknown({ description: "flagd's format: state, variants, defaultVariant, targeting, metadata." }),
});
const admin = { access: 'admin' } as const;
const edit = { access: 'admin', needs: 'edit' } as const;

/** Flags and shared rules of an environment. */
export const flagRoutes =
  (deps: Dependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { flags } = deps.storage;

    app.get(
      '/environments/:environment/flags',
      {
        config: admin,
        schema: {
          summary: 'List flags',
          params: EnvironmentParams,
          querystring: PageQuery,
          response: { 200: Type.Object({ flags: Type.Array(FlagAnswer) }) },
        },
      },
      async (request) => {
        const { limit = 100, after } = request.query;
        const page = { limit, ...(after === undefined ? {} : { after }) };
        return {
          flags: [...(await flags.listFlags(await knownScope(deps, request, request.params.environment), page))],
        };
      },
    );

    app.get(
      '/environments/:environment/flags/:flag',
      { config: admin, schema: { summary: 'Read a flag', params: FlagParams, response: { 200: FlagAnswer } } },
      async (request, reply) => {
        const { environment, flag } = request.params;
        const stored = await flags.readFlag(await knownScope(deps, request, environment), flag);
        if (stored === undefined) throw new Problem('flagNotFound', `"${flag}" in environment "${environment}"`);
        return reply.header('etag', revisionTag(stored.revision)).send(stored);
      },
    );

    app.put(
      '/environments/:environment/flags/:flag',
      {
        config: edit,
        schema: {
          summary: 'Create or replace a flag',
          description:
            'If-Match: "<revision>" guards against lost updates; If-None-Match: * demands that the flag is new.',
          params: FlagParams,
          body: Type.Unknown({ description: "A flag definition in flagd's format." }),
          response: { 200: FlagAnswer, 201: FlagAnswer },
        },
      },
      async (request, reply) => {
        const { environment, flag } = request.params;
        const scope = await knownScope(deps, request, environment);
        const state = await readPublished(deps, scope);
        const violations = checkFlag(flag, request.body, state.flagSet.$evaluators);
        if (violations.length > 0)
          throw new Problem('invalidFlag', `flag "${flag}" has ${violations.length} mistake(s)`, violations);
        const definition = request.body as FlagDefinition;
        const [lost] = lostVariants(state, flag, definition);
        if (lost !== undefined) throw new Problem('flagInRollout', lost);
        const stored = await published(deps, scope, flags.writeFlag(scope, flag, definition, writeOptions(request)));
        return reply
          .header('etag', revisionTag(stored.revision))
          .code(stored.revision === 1 ? 201 : 200)
          .send(stored);
      },
    );

    app.put(
      '/environments/:environment/evaluators',
      {
        config: edit,
        schema: {
          summary: 'Replace the shared rules ($evaluators) that targeting refers to by $ref',
          description: "If-Match compares with the environment's version, which the answer holds.",
          params: EnvironmentParams,
          body: Type.Record(Type.String(), Type.Unknown()),
          response: { 200: Type.Object({ epoch: Type.Integer(), version: Type.Integer() }) },
        },
      },
      async (request) => {
        const scope = await knownScope(deps, request, request.params.environment);
        const evaluators = request.body as Readonly<Record<string, JsonValue>>;
        const { flagSet } = await readPublished(deps, scope);
        const violations = [
          ...checkEvaluators(evaluators),
          ...Object.entries(flagSet.flags).flatMap(([key, definition]) =>
            checkFlag(key, definition, evaluators).map(({ path, message }) => ({
              path: '',
              message: `flag "${key}" at ${path}: ${message}`,
            })),
          ),
        ];
        if (violations.length > 0)
          throw new Problem('invalidFlag', `the shared rules have ${violations.length} mistake(s)`, violations);
        return published(deps, scope, flags.writeEvaluators(scope, evaluators, writeOptions(request)));
      },
    );
  };

function writeOptions(request: Parameters<typeof actorOf>[0]): { actor: string; ifRevision?: number } {
  const ifRevision = revisionCondition(request);
  return { actor: actorOf(request), ...(ifRevision === undefined ? {} : { ifRevision }) };
}
