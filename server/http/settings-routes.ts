import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { checkFreezes } from '../../controller/index.ts';
import { DEFAULT_SETTINGS, type EnvironmentSettings, Problem, type PublishedState } from '../../domain/index.ts';
import { EnvironmentSettingsSchema, NameSchema } from '../../domain/schema/index.ts';
import { actorOf } from './access.ts';
import { type Dependencies, knownScope, published, readPublished } from './dependencies.ts';
import { revisionCondition, revisionTag } from './preconditions.ts';

const admin = { access: 'admin' } as const;
const EnvironmentParams = Type.Object({ environment: NameSchema });

/** Settings of an environment; their revision is the environment's version. */
export const settingsRoutes =
  (deps: Dependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { flags } = deps.storage;

    app.get(
      '/environments/:environment/settings',
      { config: admin, schema: { summary: 'Read the settings of an environment', params: EnvironmentParams } },
      async (request, reply) => {
        const { settings, version } = await readPublished(
          deps,
          await knownScope(deps, request, request.params.environment),
        );
        return reply.header('etag', revisionTag(version)).send(settings);
      },
    );

    app.put(
      '/environments/:environment/settings',
      {
        config: admin,
        schema: {
          summary: 'Replace the settings of an environment',
          description: "If-Match compares with the environment's version.",
          params: EnvironmentParams,
          body: EnvironmentSettingsSchema,
        },
      },
      async (request, reply) => {
        const scope = await knownScope(deps, request, request.params.environment);
        const settings = { ...DEFAULT_SETTINGS, ...request.body } as EnvironmentSettings;
        const mistakes = checkFreezes(settings.freezes);
        if (mistakes.length > 0) throw new Problem('invalidRequest', 'the calendar cannot be used', mistakes);
        requireMovable(await readPublished(deps, scope), settings);
        const ifRevision = revisionCondition(request);
        const options = { actor: actorOf(request), ...(ifRevision === undefined ? {} : { ifRevision }) };
        const { version } = await published(deps, scope, flags.writeSettings(scope, settings, options));
        return reply.header('etag', revisionTag(version)).send(settings);
      },
    );
  };

/** Another bucketing moves every unit, which would ruin the comparison of a rollout in progress. */
function requireMovable({ settings, rollouts }: PublishedState, wanted: EnvironmentSettings): void {
  const inProgress = rollouts.filter(({ state }) => state.phase === 'running' || state.phase === 'paused');
  if (wanted.bucketing === settings.bucketing || inProgress.length === 0) return;
  const names = inProgress.map(({ definition }) => definition.rollout).join(', ');
  throw new Problem('bucketingInUse', `these rollouts are in progress: ${names}`);
}
