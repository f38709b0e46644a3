import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type ApiKey, type KeyScope, Problem, type Scope } from '../../domain/index.ts';
import type { Authenticator } from '../api-keys.ts';

/** What opens a route: one of these scopes, a ticket in the query, or nothing at all. */
export type Access = KeyScope | readonly KeyScope[] | 'ticket' | 'public';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What opens the route; a route that does not say is refused at start. */
    access?: Access;
    /** The key may come as the password of a URL: for callers that can send no header of their own. */
    takesBasic?: boolean;
  }
  interface FastifyRequest {
    /** The key that the request came with; null on public routes. */
    apiKey: ApiKey | null;
  }
}

/** Whom a request may prove to come from. */
export interface Identification {
  readonly authenticator: Authenticator;
  /** The key that a ticket was handed out to; undefined when it is forged or expired, or the key revoked. */
  holderOf(ticket: string): Promise<ApiKey | undefined>;
}

/**
 * Default deny: every route declares its access, and every request is checked before its body is read.
 *
 * Registered on the root, so that it covers all routes including the HEAD ones that Fastify adds.
 */
export function requireKeys(app: FastifyInstance, identification: Identification): void {
  const { authenticator } = identification;
  app.decorateRequest('apiKey', null);
  app.addHook('onRoute', (route) => {
    if (route.config?.access === undefined) throw new Error(`route ${route.url} does not declare config.access`);
  });
  // With a callback and not async: a key that was seen a moment ago must not cost a turn of the event loop.
  app.addHook('onRequest', (request, _reply, done) => {
    if (request.is404) return done();
    const { access } = request.routeOptions.config;
    if (access === 'public') return done();
    const token = tokenOf(request);
    const known = token === undefined || access === 'ticket' ? undefined : authenticator.recall(token);
    if (known !== undefined) return done(admit(request, known, access));
    identify(request, token, identification).then((key) => done(admit(request, key, access)), done);
  });
}

async function identify(
  request: FastifyRequest,
  token: string | undefined,
  { authenticator, holderOf }: Identification,
): Promise<ApiKey> {
  const isByTicket = request.routeOptions.config.access === 'ticket';
  const proof = isByTicket ? ticketOf(request) : token;
  const what = isByTicket ? 'ticket' : 'key';
  if (proof === undefined) throw new Problem('unauthenticated', `the request carries no ${what}`);
  const key = await (isByTicket ? holderOf(proof) : authenticator.authenticate(proof));
  if (key === undefined) throw new Problem('unauthenticated', `the ${what} is not known, or revoked or expired`);
  return key;
}

/** Gives the request its key, or says why the key does not open a route with this access. */
function admit(request: FastifyRequest, key: ApiKey, access: Access | undefined): Problem | undefined {
  if (!opens(key, access)) {
    const needed = typeof access === 'object' ? access.join('" or "') : access;
    return new Problem('forbidden', `this path needs the scope "${needed}"; the key has: ${key.scopes.join(', ')}`);
  }
  request.apiKey = key;
  return undefined;
}

function opens({ scopes }: ApiKey, access: Access | undefined): boolean {
  if (access === undefined || access === 'public') return false;
  if (access === 'ticket') return true;
  return typeof access === 'string' ? scopes.includes(access) : access.some((scope) => scopes.includes(scope));
}

function tokenOf(request: FastifyRequest): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '');
  const header = request.headers['x-api-key'];
  const password = request.routeOptions.config.takesBasic ? basicPassword(request.headers.authorization) : undefined;
  return bearer?.[1] ?? (typeof header === 'string' ? header : password);
}

/** The password of the Basic scheme (RFC 7617, section 2); the user may have any name. */
function basicPassword(authorization: string | undefined): string | undefined {
  const credentials = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(authorization ?? '')?.[1];
  return credentials && /:(\S+)$/.exec(Buffer.from(credentials, 'base64').toString('utf8'))?.[1];
}

function ticketOf(request: FastifyRequest): string | undefined {
  const { ticket } = request.query as { readonly ticket?: unknown };
  return typeof ticket === 'string' ? ticket : undefined;
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
