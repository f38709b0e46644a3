import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type ApiKey, type KeyScope, Problem, type Scope, type StoredSession } from '../../domain/index.ts';
import type { Authenticator } from '../api-keys.ts';
import { holderOf, type Sessions } from '../sessions.ts';
import { requireSameOrigin, sessionProofOf } from './session-cookie.ts';

/**
 * What opens a route: one of these scopes, any good key or session, a ticket in the query, or nothing at all. Where it is
 * `admin`, less is enough: see `needs`.
 */
export type Access = KeyScope | readonly KeyScope[] | 'signedIn' | 'ticket' | 'public';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What opens the route; a route that does not say is refused at start. */
    access?: Access;
    /** The scope that is enough on a route for `admin`; absent: `read` to read, and nothing less for the rest. */
    needs?: 'admin' | 'read' | 'edit' | 'release' | 'approve';
    /** A person who has a role in any environment may come in; the route shows them only what theirs are. */
    isForAnyRole?: boolean;
    /** The key may come as the password of a URL: for callers that can send no header of their own. */
    takesBasic?: boolean;
  }
  interface FastifyRequest {
    /** The key that the request came with, or what stands for it on requests of a session; null on public routes. */
    apiKey: ApiKey | null;
    /** Who is signed in; null for requests with a key. */
    session: StoredSession | null;
  }
}

/** Whom a request may prove to come from. */
export interface Identification {
  readonly authenticator: Authenticator;
  readonly sessions: Pick<Sessions, 'authenticate'>;
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
  app.decorateRequest('session', null);
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
  { authenticator, sessions, holderOf: holderOfTicket }: Identification,
): Promise<ApiKey> {
  const isByTicket = request.routeOptions.config.access === 'ticket';
  const session = isByTicket || token !== undefined ? undefined : sessionProofOf(request);
  if (session !== undefined) return identifyPerson(request, await sessions.authenticate(session));
  const proof = isByTicket ? ticketOf(request) : token;
  const what = isByTicket ? 'ticket' : 'key';
  if (proof === undefined) throw new Problem('unauthenticated', `the request carries no ${what}`);
  const key = await (isByTicket ? holderOfTicket(proof) : authenticator.authenticate(proof));
  if (key === undefined) throw new Problem('unauthenticated', `the ${what} is not known, or revoked or expired`);
  return key;
}

/** What stands for a key on a request of a person: what they may do in the environment that it is about. */
function identifyPerson(request: FastifyRequest, session: StoredSession | undefined): ApiKey {
  if (session === undefined) throw new Problem('unauthenticated', 'the session is not known, or over');
  if (!isReading(request)) requireSameOrigin(request);
  request.session = session;
  const { environment } = request.params as { readonly environment?: string };
  if (!request.routeOptions.config.isForAnyRole) return holderOf(session, environment ?? null);
  const everywhere = Object.keys(session.user.roles).map((where) => holderOf(session, where));
  return { ...holderOf(session, null), scopes: [...new Set(everywhere.flatMap(({ scopes }) => scopes))] };
}

function isReading({ method }: FastifyRequest): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** Gives the request its key, or says why the key does not open a route with this access. */
function admit(request: FastifyRequest, key: ApiKey, access: Access | undefined): Problem | undefined {
  const needed = neededFor(request, access);
  if (!opens(key, access, needed)) {
    const who = request.session === null ? 'the key' : `"${request.session.user.user}"`;
    return new Problem(
      'forbidden',
      `this path needs the scope "${needed.join('" or "')}"; ${who} has: ${key.scopes.join(', ') || 'none here'}`,
    );
  }
  request.apiKey = key;
  return undefined;
}

function opens({ scopes }: ApiKey, access: Access | undefined, needed: readonly KeyScope[]): boolean {
  return access === 'ticket' || access === 'signedIn' || needed.some((scope) => scopes.includes(scope));
}

/** The scopes of which one is enough; none for routes that no scope opens. */
function neededFor(request: FastifyRequest, access: Access | undefined): readonly KeyScope[] {
  if (access === undefined || access === 'public' || access === 'ticket' || access === 'signedIn') return [];
  if (typeof access !== 'string') return access;
  if (access !== 'admin') return [access];
  const { needs = isReading(request) ? 'read' : 'admin' } = request.routeOptions.config;
  return needs === 'admin' ? ['admin'] : ['admin', needs];
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
  return request.session === null ? `key:${requireKey(request).keyId}` : `user:${request.session.user.user}`;
}
