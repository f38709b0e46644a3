/** What a browser keeps while its person is at the provider: it ties the answer to the question. */
export interface OidcFlow {
  readonly startedAtMs: number;
  /** Comes back in the address: the answer is to this question. */
  readonly state: string;
  /** Comes back inside of the ID token: the token was made for this question. */
  readonly nonce: string;
  /** Proves to the provider that who redeems the code is who asked (RFC 7636). */
  readonly codeVerifier: string;
}

/** How long a person may take at the provider. */
export const FLOW_MS = 10 * 60_000;

const WRITTEN = /^(\d{1,15})\.([\w-]{20,200})\.([\w-]{20,200})\.([\w-]{43,128})$/;

/** A flow as the value of a cookie. */
export function writeFlow({ startedAtMs, state, nonce, codeVerifier }: OidcFlow): string {
  return [startedAtMs, state, nonce, codeVerifier].join('.');
}

/** The flow in a cookie; undefined when there is none, or its time is over. */
export function readFlow(cookie: string | undefined, nowMs: number): OidcFlow | undefined {
  const [, startedAt, state, nonce, codeVerifier] = WRITTEN.exec(cookie ?? '') ?? [];
  if (startedAt === undefined) return undefined;
  const startedAtMs = Number(startedAt);
  if (nowMs - startedAtMs > FLOW_MS || startedAtMs - nowMs > FLOW_MS) return undefined;
  return { startedAtMs, state: state!, nonce: nonce!, codeVerifier: codeVerifier! };
}
