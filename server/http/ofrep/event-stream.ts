import type { ServerResponse } from 'node:http';
import type { EnvironmentVersion, Scope } from '../../../domain/index.ts';
import { isNewer, type PublishedEnvironment, type SnapshotPublisher } from '../../snapshot-publisher.ts';
import { beat, writeToStream } from '../event-output.ts';

/** Readers that lose their stream come back after a random time in this range, so that they do not come all at once. */
const RETRY_MS = { min: 1_000, max: 5_000 };

/** What a stream needs to know besides where it writes. */
export interface EventStreamOptions {
  readonly scope: Scope;
  readonly publisher: SnapshotPublisher;
  /** What the reader has fetched; undefined: it is told to fetch at once. */
  readonly known: EnvironmentVersion | undefined;
  readonly heartbeatMs: number;
  readonly nowMs: () => number;
}

/** Tells a reader about every newer version until either side closes; headers have been written already. */
export function streamEvents(response: ServerResponse, options: EventStreamOptions): void {
  const { scope, publisher, known, nowMs } = options;
  const held = publisher.current(scope)!;
  const unsubscribe = publisher.subscribe(scope, (published) =>
    writeToStream(response, refetchEvent(published, nowMs())),
  );
  const heartbeat = setInterval(() => beat(response), options.heartbeatMs);
  response.on('close', () => {
    clearInterval(heartbeat);
    unsubscribe();
  });
  // An id without data is remembered by the reader and announces nothing.
  const from = known ?? held.snapshot;
  writeToStream(response, `retry: ${randomRetryMs()}\nid: ${from.epoch}.${from.version}\n\n`);
  if (known === undefined || isNewer(held.snapshot, known)) writeToStream(response, refetchEvent(held, nowMs()));
}

/** The version in a Last-Event-ID or in the address of a stream; undefined when there is none. */
export function versionOf(id: unknown): EnvironmentVersion | undefined {
  const match = typeof id === 'string' ? /^(\d{1,15})\.(\d{1,15})$/.exec(id) : null;
  return match === null ? undefined : { epoch: Number(match[1]), version: Number(match[2]) };
}

/** The tag names the configuration and not an answer: the stream does not know the reader's context. */
function refetchEvent({ snapshot: { epoch, version }, etag }: PublishedEnvironment, nowMs: number): string {
  const data = JSON.stringify({ type: 'refetchEvaluation', etag, lastModified: Math.floor(nowMs / 1000) });
  return `id: ${epoch}.${version}\ndata: ${data}\n\n`;
}

function randomRetryMs(): number {
  return Math.floor(RETRY_MS.min + Math.random() * (RETRY_MS.max - RETRY_MS.min));
}
