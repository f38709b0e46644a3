import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { WebhookTarget } from './webhook-target.ts';

/** Most of an answer that is read; nothing in it matters. */
const MAX_ANSWER_BYTES = 64 * 1024;

/** What a receiver answered. */
export interface ReceiverAnswer {
  readonly status: number;
  /** "Retry-After" in seconds; null when there is none. */
  readonly retryAfterSeconds: number | null;
}

/**
 * Posts a body to the checked address, whatever the name has come to mean since; redirects are answers like any other.
 *
 * Rejects when there is no answer, or `stop` is aborted before it. The body of the answer is read to its limit and forgotten.
 */
export function postMessage(
  { url, address, family }: WebhookTarget,
  body: string,
  headers: Readonly<Record<string, string>>,
  stop: AbortSignal,
): Promise<ReceiverAnswer> {
  const pinned: LookupFunction = (_host, options, callback) => {
    if (options.all) callback(null, [{ address, family }]);
    else callback(null, address, family);
  };
  const post = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sent = post(
      url,
      {
        method: 'POST',
        lookup: pinned,
        // A connection that is kept might be one that was checked for somebody else.
        agent: false,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'rampwright',
          ...headers,
        },
        signal: stop,
      },
      (answer) => {
        const retryAfter = Number(answer.headers['retry-after'] ?? Number.NaN);
        const retryAfterSeconds = Number.isFinite(retryAfter) && retryAfter >= 0 ? retryAfter : null;
        resolve({ status: answer.statusCode ?? 0, retryAfterSeconds });
        let bytes = 0;
        answer.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > MAX_ANSWER_BYTES) sent.destroy();
        });
        answer.on('error', () => {});
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
