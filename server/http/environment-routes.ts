import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { type KeyScope, Problem } from '../../domain/index.ts';
import { KeySchema, NameSchema, TimestampMsSchema } from '../../domain/schema/index.ts';
import { newToken } from '../api-keys.ts';
import { actorOf, pathScope, requireKey } from './access.ts';
import { type Dependencies, knownScope, published } from './dependencies.ts';

const admin = { access: 'admin' } as const;
const ScopeNameSchema = Type.Enum(['admin', 'evaluate', 'ingest', 'client']);
const EnvironmentAnswer = Type.Object({ environment: NameSchema, epoch: Type.Integer(), version: Type.Integer() });
const ApiKeyAnswer = Type.Object({
  keyId: Type.String(),
  environment: Type.Union([Type.Null(), NameSchema]),
  name: Type.String(),
  scopes: Type.Array(ScopeNameSchema),
  createdAtMs: TimestampMsSchema,
  isRevoked: Type.Boolean(),
});
const exact = { additionalProperties: false } as const;

/** Environments of a tenant, their history, and the keys to them. */
export const environmentRoutes =
  (deps: Dependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { flags, keys } = deps.storage;

    app.get(
      '/environments',
      {
        config: admin,
        schema: {
          summary: 'List environments',
          response: { 200: Type.Object({ environments: Type.Array(EnvironmentAnswer) }) },
        },
      },
      async (request) => {
        const key = requireKey(request);
        const all = await flags.listEnvironments(key.tenant);
        return {
          environments: all.filter(({ environment }) => key.environment === null || key.environment === environment),
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

    app.get(
      '/keys',
      {
        config: admin,
        schema: {
          summary: 'List API keys, without secrets',
          response: { 200: Type.Object({ keys: Type.Array(ApiKeyAnswer) }) },
        },
      },
      async (request) => {
        const own = requireKey(request);
        const all = await keys.listKeys(own.tenant);
        return {
          keys: all
            .filter(({ environment }) => own.environment === null || own.environment === environment)
            .map(({ scopes, tenant: _, ...key }) => ({ ...key, scopes: [...scopes] })),
        };
      },
    );

    app.post(
      '/keys',
      {
        config: admin,
        schema: {
          summary: 'Create an API key; the token is shown once',
          body: Type.Object(
            {
              name: Type.String({ minLength: 1, maxLength: 100 }),
              environment: Type.Optional(Type.Union([Type.Null(), NameSchema])),
              scopes: Type.Array(ScopeNameSchema, { minItems: 1, maxItems: 4, uniqueItems: true }),
            },
            exact,
          ),
          response: { 201: Type.Object({ token: Type.String(), key: ApiKeyAnswer }) },
        },
      },
      async (request, reply) => {
        const own = requireKey(request);
        const { name, scopes } = request.body;
        const environment = request.body.environment ?? own.environment;
        if (environment === null && scopes.some((scope: KeyScope) => scope !== 'admin')) {
          throw new Problem('invalidRequest', 'a key that evaluates or ingests belongs to one environment', [
            { path: '/environment', message: 'is missing' },
          ]);
        }
        if (scopes.includes('client') && scopes.length > 1) {
          throw new Problem('invalidRequest', 'a client key is public, so it can do nothing else', [
            { path: '/scopes', message: 'make another key for the other scopes' },
          ]);
        }
        if (environment !== null) await knownScope(deps, request, environment);
        const { token, keyId, secretHash } = newToken(scopes);
        const { tenant: _, ...key } = await keys.createKey(
          { keyId, tenant: own.tenant, environment, name, scopes, secretHash },
          { actor: actorOf(request) },
        );
        return reply.code(201).send({ token, key: { ...key, scopes: [...key.scopes] } });
      },
    );

    app.delete(
      '/keys/:keyId',
      {
        config: admin,
        schema: {
          summary: 'Revoke an API key',
          params: Type.Object({ keyId: Type.String({ maxLength: 64 }) }),
          response: { 204: Type.Null() },
        },
      },
      async (request, reply) => {
        const own = requireKey(request);
        const { keyId } = request.params;
        const target = (await keys.listKeys(own.tenant)).find((key) => key.keyId === keyId);
        const isMine = target !== undefined && (own.environment === null || own.environment === target.environment);
        if (!isMine || !(await keys.revokeKey(own.tenant, keyId, { actor: actorOf(request) })))
          throw new Problem('keyNotFound', `"${keyId}", or it is revoked already`);
        deps.authenticator.forget(keyId);
        return reply.code(204).send(null);
      },
    );
  };
