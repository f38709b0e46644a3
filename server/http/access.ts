import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type ApiKey, type KeyScope, Problem, type Scope } from '../../domain/index.ts';
import type { Authenticator } from '../api-keys.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Which scope a route demands; a route that names none is refused at start. */
    access?: KeyScope | 'public';
  }
  interface FastifyRequest {
    /** The key that the request came with; null on public routes. */
    apiKey: ApiKey | null;
  }
}

/**
 * Default deny: every route declares its access, and every request is checked before its body is read.
 *
 * Registered on the root, so that it covers all routes including the HEAD ones that Fastify adds.
 */
export function requireKeys(app: FastifyInstance, authenticator: Authenticator): void {
  app.decorateRequest('apiKey', null);
  app.addHook('onRoute', (route) => {
    if (route.config?.access === undefined) throw new Error(`route ${route.url} does not declare config.access`);
  });
  app.addHook('onRequest', async (request) => {
    if (request.is404) return;
    const access = request.routeOptions.config.access;
    if (access === 'public') return;
    const token = tokenOf(request);
    const key = token === undefined ? undefined : await authenticator.authenticate(token);
    if (key === undefined)
      throw new Problem(
        'unauthenticated',
        token === undefined ? 'the request carries no key' : 'the key is not known, or revoked',
      );
    if (access === undefined || !key.scopes.includes(access)) {
      throw new Problem('forbidden', `this path needs the scope "${access}"; the key has: ${key.scopes.join(', ')}`);
    }
    request.apiKey = key;
  });
}

function tokenOf(request: FastifyRequest): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '');
  const header = request.headers['x-api-key'];
  return bearer?.[1] ?? (typeof header === 'string' ? header : undefined);
}

/** The environment that the request's key belongs to: for routes that name none. */
export function keyScope(request: FastifyRequest): Scope {
  const key = requireKey(request);
  if (key.environment === null) throw new Problem('forbidden', 'this path needs a key of one environment');
  return { tenant: key.tenant, environment: key.environment };
}

/** The environment named in the path, if the key may touch it. */
export function pathScope(request: FastifyRequest, environment: string): Scope {
  const key = requireKey(request);
  if (key.environment !== null && key.environment !== environment) {
    throw new Problem('forbidden', `the key belongs to the environment "${key.environment}"`);
  }
  return { tenant: key.tenant, environment };
}

/** The key of a request on a route that is not public. */
export function requireKey(request: FastifyRequest): ApiKey {
  if (request.apiKey === null) throw new Problem('unauthenticated', 'the request carries no key');
  return request.apiKey;
}

/** Who the request acts for, as kept in the history. */
export function actorOf(request: FastifyRequest): string {
  return `key:${requireKey(request).keyId}`;
}
