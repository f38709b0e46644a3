import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { restrictionsAt } from '../../controller/index.ts';
import { NameSchema } from '../../domain/schema/index.ts';
import { type Dependencies, knownScope } from './dependencies.ts';

/** What people restrict of all rollouts of an environment, in one answer. */
export const restrictionRoutes =
  (deps: Dependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/environments/:environment/restrictions',
      {
        config: { access: ['admin', 'read', 'approve'] },
        schema: {
          summary: 'What keeps drafts and rollouts in progress from going forward now',
          description: 'Rollouts that nothing restricts are left out; so are data and evidence: see explain.',
          params: Type.Object({ environment: NameSchema }),
        },
      },
      async (request) => {
        const scope = await knownScope(deps, request, request.params.environment);
        const nowMs = deps.clock.nowMs();
        const all = await deps.storage.rollouts.listSurroundings(scope);
        const restrictions = all.flatMap(({ of, ...surroundings }) => {
          const found = restrictionsAt(surroundings, of, nowMs);
          return found === undefined ? [] : [{ rollout: of.definition.rollout, checkpoints: [], ...found }];
        });
        return { restrictions };
      },
    );
  };
