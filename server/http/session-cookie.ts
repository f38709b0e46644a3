import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem, SESSION_LIFE_MS } from '../../domain/index.ts';
import { cookieOf, isOverTls, setCookie } from './cookies.ts';

const NAME = 'rampwright_session';

/** What a browser sends to prove its session; undefined when it sends none. */
export function sessionProofOf(request: FastifyRequest): string | undefined {
  return cookieOf(request, NAME);
}

/** Has the browser keep a proof, out of reach of scripts and of requests that other sites make. */
export function keepSession(reply: FastifyReply, proof: string, isSecure: boolean): void {
  setCookie(reply, { name: NAME, value: proof, maxAgeSeconds: SESSION_LIFE_MS / 1000, isSecure });
}

/** Has the browser forget its proof. */
export function dropSession(request: FastifyRequest, reply: FastifyReply): void {
  setCookie(reply, { name: NAME, value: '', maxAgeSeconds: 0, isSecure: isOverTls(request) });
}

/**
 * Problem `forbidden` unless the page that asks is one of this server, for requests that change something: a cookie comes
 * along with what any site has the browser send. Browsers say where a request comes from, and pages cannot forge it.
 */
export function requireSameOrigin({ headers }: FastifyRequest): void {
  if (headers['sec-fetch-site'] === 'same-origin') return;
  const { origin, host } = headers;
  if (origin !== undefined && URL.canParse(origin) && new URL(origin).host === host) return;
  throw new Problem('forbidden', 'a session changes things only from a page of this server; elsewhere use an API key');
}
