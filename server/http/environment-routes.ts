import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { isOpenTo } from '../../domain/index.ts';
import { KeySchema, NameSchema } from '../../domain/schema/index.ts';
import { actorOf, pathScope, requireKey } from './access.ts';
import { type Dependencies, knownScope, published } from './dependencies.ts';

const admin = { access: 'admin' } as const;
const EnvironmentAnswer = Type.Object({ environment: NameSchema, epoch: Type.Integer(), version: Type.Integer() });
const exact = { additionalProperties: false } as const;

/** Environments of a tenant, and their history. */
export const environmentRoutes =
  (deps: Dependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { flags } = deps.storage;

    app.get(
      '/environments',
      {
        config: { ...admin, isForAnyRole: true },
        schema: {
          summary: 'List environments',
          response: { 200: Type.Object({ environments: Type.Array(EnvironmentAnswer) }) },
        },
      },
      async (request) => {
        const key = requireKey(request);
        const all = await flags.listEnvironments(key.tenant);
        return {
          environments: all.filter(({ environment }) =>
            request.session === null
              ? key.environment === null || key.environment === environment
              : isOpenTo(request.session.user.roles, environment),
          ),
        };
      },
    );

    app.post(
      '/environments',
      {
        config: admin,
        schema: {
          summary: 'Create an environment',
          body: Type.Object({ environment: NameSchema }, exact),
          response: { 201: EnvironmentAnswer },
        },
      },
      async (request, reply) => {
        const scope = pathScope(request, request.body.environment);
        await published(deps, scope, flags.createEnvironment(scope, { actor: actorOf(request) }));
        const { epoch, version } = (await deps.publisher.require(scope)).snapshot;
        return reply.code(201).send({ environment: scope.environment, epoch, version });
      },
    );

    app.get(
      '/environments/:environment/changes',
      {
        config: admin,
        schema: {
          summary: 'Who changed what, newest first',
          params: Type.Object({ environment: NameSchema }),
          querystring: Type.Object({
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
            before: Type.Optional(Type.Integer({ minimum: 0, description: 'Only versions below this.' })),
            subject: Type.Optional(KeySchema),
          }),
        },
      },
      async (request) => {
        const { limit = 100, before, subject } = request.query;
        const scope = await knownScope(deps, request, request.params.environment);
        const options = {
          limit,
          ...(before === undefined ? {} : { before }),
          ...(subject === undefined ? {} : { subject }),
        };
        return { changes: await flags.listChanges(scope, options) };
      },
    );
  };
