import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { type ApiKey, type KeyScope, Problem } from '../../domain/index.ts';
import { NameSchema, TimestampMsSchema } from '../../domain/schema/index.ts';
import { newToken, tokenWithNewSecret } from '../api-keys.ts';
import { actorOf, requireKey } from './access.ts';
import { type Dependencies, knownScope } from './dependencies.ts';

const exact = { additionalProperties: false } as const;
const HOUR_MS = 3_600_000;
const DEFAULT_OVERLAP_MS = 24 * HOUR_MS;
const MAX_OVERLAP_MS = 7 * 24 * HOUR_MS;
const ScopeNameSchema = Type.Enum([
  'admin',
  'read',
  'edit',
  'release',
  'approve',
  'override',
  'evaluate',
  'ingest',
  'client',
  'platform',
]);
const KeyParams = Type.Object({ keyId: Type.String({ maxLength: 64 }) });

/** An API key as it is shown: never its secret. */
export const ApiKeyAnswer = Type.Object({
  keyId: Type.String(),
  environment: Type.Union([Type.Null(), NameSchema]),
  name: Type.String(),
  scopes: Type.Array(ScopeNameSchema),
  createdAtMs: TimestampMsSchema,
  expiresAtMs: Type.Union([Type.Null(), TimestampMsSchema]),
  isRevoked: Type.Boolean(),
});

/** A key with its token, which is shown this once. */
export const MadeKeyAnswer = Type.Object({ token: Type.String(), key: ApiKeyAnswer });

/** Keys of a tenant: made, given new secrets, revoked. */
export const keyRoutes =
  (deps: Dependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { keys } = deps.storage;

    app.get(
      '/keys',
      {
        config: { access: 'admin' },
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
            .map(shownKey),
        };
      },
    );

    app.post(
      '/keys',
      {
        config: { access: 'admin' },
        schema: {
          summary: 'Create an API key; the token is shown once',
          body: Type.Object(
            {
              name: Type.String({ minLength: 1, maxLength: 100 }),
              environment: Type.Optional(Type.Union([Type.Null(), NameSchema])),
              scopes: Type.Array(ScopeNameSchema, { minItems: 1, maxItems: 10, uniqueItems: true }),
              expiresAtMs: Type.Optional(TimestampMsSchema),
            },
            exact,
          ),
          response: { 201: MadeKeyAnswer },
        },
      },
      async (request, reply) => {
        const own = requireKey(request);
        const { name, scopes, expiresAtMs } = request.body;
        const environment = request.body.environment ?? own.environment;
        if (environment === null && !scopes.every(isOfTenant)) {
          throw new Problem('invalidRequest', 'a key that evaluates or ingests belongs to one environment', [
            { path: '/environment', message: 'is missing' },
          ]);
        }
        if (scopes.includes('client') && scopes.length > 1) {
          throw new Problem('invalidRequest', 'a client key is public, so it can do nothing else', [
            { path: '/scopes', message: 'make another key for the other scopes' },
          ]);
        }
        requireNoMore(own, environment, scopes);
        if (expiresAtMs !== undefined && expiresAtMs <= deps.clock.nowMs()) {
          throw new Problem('invalidRequest', 'the key would be expired already', [
            { path: '/expiresAtMs', message: 'is not in the future' },
          ]);
        }
        if (environment !== null) await knownScope(deps, request, environment);
        const { token, keyId, secretHash } = newToken(scopes);
        const key = await keys.createKey(
          {
            keyId,
            tenant: own.tenant,
            environment,
            name,
            scopes,
            secretHash,
            ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
          },
          { actor: actorOf(request) },
        );
        return reply.code(201).send({ token, key: shownKey(key) });
      },
    );

    app.post(
      '/keys/:keyId/rotate',
      {
        config: { access: 'admin' },
        schema: {
          summary: 'Give an API key a new secret; the token is shown once',
          description: 'The old token stays good for "overlapMs", a day unless said otherwise; with 0 it ends at once.',
          params: KeyParams,
          body: Type.Object({ overlapMs: Type.Optional(Type.Integer({ minimum: 0, maximum: MAX_OVERLAP_MS })) }, exact),
          response: { 200: MadeKeyAnswer },
        },
      },
      async (request) => {
        const { keyId } = request.params;
        const target = await requireOwn(request, keyId);
        const { overlapMs = DEFAULT_OVERLAP_MS } = request.body;
        const { token, secretHash } = tokenWithNewSecret(target);
        const author = { actor: actorOf(request) };
        const key = await keys.rotateKey(target.tenant, keyId, { secretHash, overlapMs }, author);
        if (key === undefined) throw notFound(keyId);
        deps.authenticator.forget(keyId);
        if (overlapMs === 0) deps.streams.endAllOf(keyId);
        return { token, key: shownKey(key) };
      },
    );

    app.delete(
      '/keys/:keyId',
      {
        config: { access: 'admin' },
        schema: {
          summary: 'Revoke an API key',
          params: KeyParams,
          response: { 204: Type.Null() },
        },
      },
      async (request, reply) => {
        const { keyId } = request.params;
        const { tenant } = await requireOwn(request, keyId);
        if (!(await keys.revokeKey(tenant, keyId, { actor: actorOf(request) }))) throw notFound(keyId);
        deps.authenticator.forget(keyId);
        deps.streams.endAllOf(keyId);
        return reply.code(204).send(null);
      },
    );

    /** The key of this id, if the request's key may change it. */
    async function requireOwn(request: FastifyRequest, keyId: string): Promise<ApiKey> {
      const own = requireKey(request);
      const target = (await keys.listKeys(own.tenant)).find((key) => key.keyId === keyId);
      if (target === undefined || (own.environment !== null && own.environment !== target.environment))
        throw notFound(keyId);
      requireNoMore(own, target.environment, target.scopes);
      return target;
    }
  };

/** A key without what its holder knows, as the schema wants it. */
export function shownKey({ scopes, tenant: _, ...key }: ApiKey) {
  return { ...key, scopes: [...scopes] };
}

function notFound(keyId: string): Problem {
  return new Problem('keyNotFound', `"${keyId}", or it is revoked already`);
}

function isOfTenant(scope: KeyScope): boolean {
  return scope !== 'evaluate' && scope !== 'ingest' && scope !== 'client';
}

/** Nobody gets the run of the server from a key that has not got it itself. */
function requireNoMore(own: ApiKey, environment: string | null, scopes: readonly KeyScope[]): void {
  if (!scopes.includes('platform')) return;
  if (!own.scopes.includes('platform'))
    throw new Problem('forbidden', 'only a key with the scope "platform" makes or changes others that have it');
  if (environment === null) return;
  throw new Problem('invalidRequest', 'a key with the scope "platform" belongs to no environment', [
    { path: '/environment', message: 'leave it out' },
  ]);
}
