import { authorization, type Connection } from '../connection.ts';
import type { ClientClock } from '../ports.ts';
import { exchange } from '../request.ts';
import { type Refusal, refusalOf } from '../server-answer.ts';

/** What became of a report: taken, never to be taken, or to be sent again. */
export type SendOutcome =
  | { readonly kind: 'accepted'; readonly lateRowCount: number }
  | { readonly kind: 'rejected'; readonly detail: string }
  | Refusal;

const SEND_TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 64 * 1024;
/** Client errors that say "not now" rather than "not this". */
const STATUS_OF_REFUSALS = [401, 403, 408, 429];

/** Sends a report once, with the time of sending. */
export async function sendReport(
  connection: Connection,
  clock: ClientClock,
  report: string,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const url = new URL('api/v1/reports', connection.baseUrl);
  const headers = { ...authorization(connection), 'content-type': 'application/json' };
  const body = stamped(report, clock.nowMs());
  const limits = { headTimeoutMs: SEND_TIMEOUT_MS, timeoutMs: SEND_TIMEOUT_MS, maxBytes: MAX_ANSWER_BYTES };
  const answer = await exchange(clock, { url, method: 'POST', headers, body, ...limits }, signal);
  if (typeof answer === 'string') return { kind: 'unavailable', message: answer, retryAfterMs: 0 };
  const { status } = answer;
  if (status >= 200 && status < 300) {
    return { kind: 'accepted', lateRowCount: Number(memberOf(answer.body, 'lateRowCount')) || 0 };
  }
  if (status >= 400 && status < 500 && !STATUS_OF_REFUSALS.includes(status)) {
    return { kind: 'rejected', detail: `${status} ${String(memberOf(answer.body, 'detail') ?? '')}`.trim() };
  }
  return refusalOf(status, url.pathname, answer.headers.get('retry-after'));
}

/** The text of a report, which is an object with members, and the sender's clock as one more. */
function stamped(report: string, nowMs: number): string {
  return `{"sentAtMs":${Math.round(nowMs)},${report.slice(1)}`;
}

function memberOf(body: string, name: string): unknown {
  try {
    return JSON.parse(body)[name];
  } catch {
    return undefined;
  }
}
