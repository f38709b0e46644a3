import { authorization, CONNECT_TIMEOUT_MS, type Connection, MAX_SNAPSHOT_SIZE } from '../connection.ts';
import type { ClientClock } from '../ports.ts';
import { exchange } from '../request.ts';
import { type Refusal, refusalOf } from '../server-answer.ts';

/** What asking for the snapshot came to. */
export type PullOutcome =
  | { readonly kind: 'snapshot'; readonly text: string; readonly etag: string | undefined }
  | { readonly kind: 'notModified' }
  | Refusal;

const PULL_TIMEOUT_MS = 15_000;

/** Asks once for the snapshot; `etag` names the one that is held. */
export async function pullSnapshot(
  connection: Connection,
  clock: ClientClock,
  etag: string | undefined,
  signal: AbortSignal,
): Promise<PullOutcome> {
  const url = new URL('api/v1/snapshot', connection.baseUrl);
  const headers = {
    ...authorization(connection),
    accept: 'application/json',
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
  };
  const limits = { headTimeoutMs: CONNECT_TIMEOUT_MS, timeoutMs: PULL_TIMEOUT_MS, maxBytes: MAX_SNAPSHOT_SIZE };
  const answer = await exchange(clock, { url, headers, ...limits }, signal);
  if (typeof answer === 'string') return { kind: 'unavailable', message: answer, retryAfterMs: 0 };
  if (answer.status === 304) return { kind: 'notModified' };
  if (answer.status !== 200) return refusalOf(answer.status, url.pathname, answer.headers.get('retry-after'));
  return { kind: 'snapshot', text: answer.body, etag: answer.headers.get('etag') ?? undefined };
}
