import type { GrafanaAnnotation } from './annotation.ts';

/** Longest that Grafana may take. */
const TIMEOUT_MS = 5_000;

/** Where Grafana is, as the operator says, and a token of a service account that may write annotations. */
export interface GrafanaAccess {
  /** Base URL, with the path prefix if there is one. */
  readonly url: string;
  readonly token: string;
}

/** Makes one mark; rejects when Grafana does not say that it has, never repeating the token. */
export async function postAnnotation(
  { url, token }: GrafanaAccess,
  annotation: GrafanaAnnotation,
  stop: AbortSignal,
): Promise<void> {
  const { ok, status, body } = await fetch(`${url.replace(/\/+$/, '')}/api/annotations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(annotation),
    // A token goes to nobody else.
    redirect: 'manual',
    signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), stop]),
  });
  await body?.cancel();
  if (!ok) throw new Error(`Grafana answered ${status === 0 ? 'with a redirect' : status}`);
}
