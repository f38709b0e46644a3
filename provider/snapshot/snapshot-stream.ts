import { get as getHttp, type IncomingMessage } from 'node:http';
import { get as getHttps } from 'node:https';
import { messageOf } from '../client-error.ts';
import { authorization, CONNECT_TIMEOUT_MS, type Connection, MAX_SNAPSHOT_SIZE } from '../connection.ts';
import type { ClientClock } from '../ports.ts';
import { type Refusal, refusalOf } from '../server-answer.ts';
import { EventStreamParser, type ServerSentEvent } from './event-stream.ts';

/** How a stream came to its end; `openMs` says for how long it was open. */
export type StreamEnd =
  | { readonly kind: 'ended'; readonly message: string; readonly openMs: number; readonly retryMs: number }
  | Refusal;

/** Longest silence of a live stream: the server sends a heartbeat every 5 s. */
const MAX_SILENCE_MS = 15_000;

/** What one connection to the stream needs to know. */
export interface StreamOptions {
  readonly connection: Connection;
  readonly clock: ClientClock;
  /** Id of the snapshot that is held. */
  readonly lastEventId: string | undefined;
  readonly onEvent: (event: ServerSentEvent) => void;
  readonly signal: AbortSignal;
}

/**
 * Follows the snapshot stream over one connection, until it ends in whatever way.
 *
 * Uses node:http and not fetch because a socket must be unref'd: an open stream may not keep an application from exiting.
 */
export function followStream({ connection, clock, lastEventId, onEvent, signal }: StreamOptions): Promise<StreamEnd> {
  return new Promise((resolve) => {
    const url = new URL('api/v1/snapshot/stream', connection.baseUrl);
    const parser = new EventStreamParser(MAX_SNAPSHOT_SIZE);
    const headers = {
      ...authorization(connection),
      accept: 'text/event-stream',
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    };
    let openedAtMs: number | undefined;

    const finish = (end: StreamEnd) => {
      cancelWatchdog();
      signal.removeEventListener('abort', abort);
      request.destroy();
      resolve(end);
    };
    const end = (why: string) => {
      const message = `${url.pathname}: ${why}`;
      if (openedAtMs === undefined) return finish({ kind: 'unavailable', message, retryAfterMs: 0 });
      finish({ kind: 'ended', message, openMs: clock.monotonicMs() - openedAtMs, retryMs: parser.retryMs });
    };
    const abort = () => end('closed by this client');
    const watch = (limitMs: number) => clock.after(limitMs, () => end(`silent for ${limitMs} ms`));

    const open = (response: IncomingMessage) => {
      if (response.statusCode !== 200) {
        return finish(refusalOf(response.statusCode ?? 0, url.pathname, response.headers['retry-after']));
      }
      openedAtMs = clock.monotonicMs();
      response.on('data', (bytes: Buffer) => {
        cancelWatchdog();
        cancelWatchdog = watch(MAX_SILENCE_MS);
        try {
          for (const event of parser.push(bytes)) onEvent(event);
        } catch (failure) {
          end(messageOf(failure));
        }
      });
      response.on('close', () => end('closed by the server'));
      response.on('error', (failure) => end(messageOf(failure)));
    };

    let cancelWatchdog = watch(CONNECT_TIMEOUT_MS);
    const request = (url.protocol === 'https:' ? getHttps : getHttp)(url, { headers, agent: false }, open);
    request.on('socket', (socket) => socket.unref());
    request.on('error', (failure) => end(messageOf(failure)));
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
  });
}
