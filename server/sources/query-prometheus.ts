import type { CounterSeries, SourceFaultReason } from '../../controller/index.ts';
import { limitedText } from './limited-text.ts';
import { readMatrix } from './read-matrix.ts';
import { SourceFailure } from './source-failure.ts';

/** Longest that an answer may take, body included. */
const TIMEOUT_MS = 5_000;

/** Largest answer: a query that gives more asks for too many series. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** Where Prometheus is, as the operator says. */
export interface PrometheusAccess {
  /** Base URL, with the path prefix if there is one. */
  readonly url: string;
  /** Bearer token; null: none is sent. */
  readonly token: string | null;
}

/** A query and the instant for which it is asked. */
export interface PrometheusQuery {
  readonly query: string;
  readonly atMs: number;
}

/** Asks Prometheus once; rejects with a SourceFailure. `stop` ends the asking early. */
export async function queryPrometheus(
  access: PrometheusAccess,
  { query, atMs }: PrometheusQuery,
  stop: AbortSignal,
): Promise<readonly CounterSeries[]> {
  const url = `${access.url.replace(/\/+$/, '')}/api/v1/query?${new URLSearchParams({
    query,
    time: (atMs / 1000).toFixed(3),
    timeout: `${TIMEOUT_MS}ms`,
  })}`;
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(url, {
      headers: { accept: 'application/json', ...(access.token === null ? {} : bearer(access.token)) },
      redirect: 'manual',
      signal: AbortSignal.any([timeout, stop]),
    });
    const text = await limitedText(response.body, MAX_ANSWER_BYTES);
    if (text === undefined) throw new SourceFailure('tooLarge', `more than ${MAX_ANSWER_BYTES} bytes for ${query}`);
    return readAnswer(response, text);
  } catch (error) {
    if (error instanceof SourceFailure) throw error;
    throw timeout.aborted
      ? new SourceFailure('timeout', `no answer within ${TIMEOUT_MS} ms to ${query}`)
      : new SourceFailure('unreachable', causeOf(error));
  }
}

/** Prometheus explains a query that it refuses in JSON, with a status of 400 or 422. */
function readAnswer({ status, type, headers }: Response, text: string): readonly CounterSeries[] {
  const isExplained = (status === 400 || status === 422) && /json/.test(headers.get('content-type') ?? '');
  if ((status >= 200 && status < 300) || isExplained) return readMatrix(text);
  const isRedirect = type === 'opaqueredirect' || (status >= 300 && status < 400);
  throw new SourceFailure(isRedirect ? 'redirect' : (REASONS[status] ?? 'httpStatus'), `HTTP status ${status}`);
}

const REASONS: Readonly<Record<number, SourceFaultReason>> = { 401: 'unauthorised', 403: 'unauthorised' };

function bearer(token: string): { readonly authorization: string } {
  return { authorization: `Bearer ${token}` };
}

/** The reason for a failed fetch is in its cause. */
function causeOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}
