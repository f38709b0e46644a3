import type { FastifyReply, FastifyRequest } from 'fastify';

/** A cookie that scripts cannot read, and that requests made by pages of other sites do not carry. */
export interface KeptCookie {
  readonly name: string;
  readonly value: string;
  /** 0: the browser forgets it. */
  readonly maxAgeSeconds: number;
  readonly isSecure: boolean;
}

/** What the browser sends under a name; undefined when it sends nothing. */
export function cookieOf({ headers }: FastifyRequest, name: string): string | undefined {
  for (const pair of (headers.cookie ?? '').split(';')) {
    const [found, value] = pair.trim().split('=', 2);
    if (found === name && value) return value;
  }
  return undefined;
}

/** Has the browser keep a cookie, beside others of the same answer. */
export function setCookie(reply: FastifyReply, { name, value, maxAgeSeconds, isSecure }: KeptCookie): void {
  const secure = isSecure ? '; Secure' : '';
  reply.header('set-cookie', `${name}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}${secure}`);
}

/** Whether the browser's end is encrypted, which a balancer may have taken off. */
export function isOverTls({ protocol, headers }: FastifyRequest): boolean {
  return (
    protocol === 'https' || headers.origin?.startsWith('https:') === true || headers['x-forwarded-proto'] === 'https'
  );
}
