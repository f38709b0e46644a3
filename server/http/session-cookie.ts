import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem, SESSION_LIFE_MS } from '../../domain/index.ts';

const NAME = 'rampwright_session';

/** What a browser sends to prove its session; undefined when it sends none. */
export function sessionProofOf({ headers }: FastifyRequest): string | undefined {
  for (const pair of (headers.cookie ?? '').split(';')) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === NAME && value) return value;
  }
  return undefined;
}

/** Has the browser keep a proof, out of reach of scripts and of requests that other sites make. */
export function keepSession(request: FastifyRequest, reply: FastifyReply, proof: string): void {
  setCookie(request, reply, proof, SESSION_LIFE_MS / 1000);
}

/** Has the browser forget its proof. */
export function dropSession(request: FastifyRequest, reply: FastifyReply): void {
  setCookie(request, reply, '', 0);
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

function setCookie(request: FastifyRequest, reply: FastifyReply, value: string, maxAgeSeconds: number): void {
  const secure = isOverTls(request) ? '; Secure' : '';
  reply.header('set-cookie', `${NAME}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}${secure}`);
}

/** Whether the browser's end is encrypted, which a balancer may have taken off. */
function isOverTls({ protocol, headers }: FastifyRequest): boolean {
  return (
    protocol === 'https' || headers.origin?.startsWith('https:') === true || headers['x-forwarded-proto'] === 'https'
  );
}
