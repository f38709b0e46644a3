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
/** Longest time for one event: a stream whose bytes only drip says nothing either. */
const MAX_EVENT_MS = 60_000;

/** What one connection to the stream needs to know. */
export interface StreamOptions {
  readonly connection: Connection;
  readonly clock: ClientClock;
  /** Id of the snapshot that is held. */
  readonly lastEventId: string | undefined;
  readonly onEvent: (event: ServerSentEvent) => void;
  /** Told when bytes arrive but no event has been complete for 15 s. */
  readonly onSilence: (message: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Follows the snapshot stream over one connection, until it ends in whatever way.
 *
 * Uses node:http and not fetch because a socket must be unref'd: an open stream may not keep an application from exiting.
 */
export function followStream(options: StreamOptions): Promise<StreamEnd> {
  const { connection, clock, lastEventId, onEvent, onSilence, signal } = options;
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
      cancelEventWatchdogs();
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
    const watchEvents = () => {
      const why = (limitMs: number) => `no complete event for ${limitMs} ms`;
      const cancelSilence = clock.after(MAX_SILENCE_MS, () => onSilence(`${url.pathname}: ${why(MAX_SILENCE_MS)}`));
      const cancelEnd = clock.after(MAX_EVENT_MS, () => end(why(MAX_EVENT_MS)));
      return () => {
        cancelSilence();
        cancelEnd();
      };
    };

    const open = (response: IncomingMessage) => {
      if (response.statusCode !== 200) {
        return finish(refusalOf(response.statusCode ?? 0, url.pathname, response.headers['retry-after']));
      }
      if (!response.headers['content-type']?.startsWith('text/event-stream'))
        return end('the answer is no event stream');
      openedAtMs = clock.monotonicMs();
      cancelEventWatchdogs = watchEvents();
      response.on('data', (bytes: Buffer) => {
        cancelWatchdog();
        cancelWatchdog = watch(MAX_SILENCE_MS);
        try {
          const events = parser.push(bytes);
          if (events.length > 0) {
            cancelEventWatchdogs();
            cancelEventWatchdogs = watchEvents();
          }
          for (const event of events) onEvent(event);
        } catch (failure) {
          end(messageOf(failure));
        }
      });
      response.on('close', () => end('closed by the server'));
      response.on('error', (failure) => end(messageOf(failure)));
    };

    let cancelEventWatchdogs = () => {};
    let cancelWatchdog = watch(CONNECT_TIMEOUT_MS);
    const request = (url.protocol === 'https:' ? getHttps : getHttp)(url, { headers, agent: false }, open);
    request.on('socket', (socket) => socket.unref());
    request.on('error', (failure) => end(messageOf(failure)));
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
  });
}
