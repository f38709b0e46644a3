/** How the server said no: for good, or for now. */
export type Refusal =
  | { readonly kind: 'denied'; readonly message: string }
  | { readonly kind: 'unavailable'; readonly message: string; readonly retryAfterMs: number };

const MAX_RETRY_AFTER_MS = 300_000;

/** The refusal behind a status that is not a success; `path` and status are named to the reader. */
export function refusalOf(status: number, path: string, retryAfter: string | null | undefined): Refusal {
  if (status === 401) {
    return {
      kind: 'denied',
      message: `${path} answered 401: the API key is unknown or revoked. Pass a valid key as "apiKey" and restart.`,
    };
  }
  if (status === 403) {
    return {
      kind: 'denied',
      message: `${path} answered 403: the API key lacks a scope. Create one with "evaluate" and "ingest" for this environment.`,
    };
  }
  return { kind: 'unavailable', message: `${path} answered ${status}`, retryAfterMs: retryAfterMs(retryAfter) };
}

/** `Retry-After` in whole seconds (RFC 9110, section 10.2.3); 0 when absent or a date. */
function retryAfterMs(header: string | null | undefined): number {
  return /^\d+$/.test(header ?? '') ? Math.min(Number(header) * 1000, MAX_RETRY_AFTER_MS) : 0;
}
