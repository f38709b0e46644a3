import { messageOf } from './client-error.ts';
import type { ClientClock } from './ports.ts';

/** What a server answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** One exchange with the server and its limits. */
export interface Exchange {
  readonly url: URL;
  readonly method?: 'GET' | 'POST';
  readonly headers: Record<string, string>;
  readonly body?: string;
  /** Longest wait for the head of the answer. */
  readonly headTimeoutMs: number;
  /** Longest wait for all of it. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** Sends a request and reads the whole answer; a string says why there was none. */
export async function exchange(clock: ClientClock, options: Exchange, signal: AbortSignal): Promise<Answer | string> {
  const { url, method = 'GET', headers, body, headTimeoutMs, timeoutMs, maxBytes } = options;
  const timeout = new AbortController();
  const giveUp = (limitMs: number) => timeout.abort(new Error(`no answer within ${limitMs} ms`));
  const cancelHead = clock.after(headTimeoutMs, () => giveUp(headTimeoutMs));
  const cancelAll = clock.after(timeoutMs, () => giveUp(timeoutMs));
  try {
    const response = await fetch(url, {
      method,
      headers,
      redirect: 'manual',
      signal: AbortSignal.any([timeout.signal, signal]),
      ...(body === undefined ? {} : { body }),
    });
    cancelHead();
    return { status: response.status, headers: response.headers, body: await readText(response, maxBytes) };
  } catch (failure) {
    return `${url.pathname}: ${messageOf(failure)}`;
  } finally {
    cancelHead();
    cancelAll();
  }
}

async function readText(response: Response, maxBytes: number): Promise<string> {
  if (response.body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new Error(`the answer is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
