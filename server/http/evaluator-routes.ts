import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { NameSchema } from '../../domain/schema/index.ts';
import { type Dependencies, knownScope, readPublished } from './dependencies.ts';

/** The shared rules of an environment, to be read before they are replaced. */
export const evaluatorRoutes =
  (deps: Dependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/environments/:environment/evaluators',
      {
        config: { access: 'admin' },
        schema: {
          summary: 'Read the shared rules ($evaluators) and the version of the environment',
          params: Type.Object({ environment: NameSchema }),
          response: {
            200: Type.Object({
              evaluators: Type.Record(Type.String(), Type.Unknown()),
              epoch: Type.Integer(),
              version: Type.Integer(),
            }),
          },
        },
      },
      async (request) => {
        const scope = await knownScope(deps, request, request.params.environment);
        const { flagSet, epoch, version } = await readPublished(deps, scope);
        return { evaluators: { ...flagSet.$evaluators }, epoch, version };
      },
    );
  };
