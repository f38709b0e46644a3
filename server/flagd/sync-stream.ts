import type { ServerWritableStream } from '@grpc/grpc-js';
import type { PublishedEnvironment, SnapshotPublisher } from '../snapshot-publisher.ts';
import { createSleeper } from '../timers.ts';
import type { Caller } from './authorize-call.ts';
import type { SyncRequest } from './sync-protocol.ts';

/** An open `SyncFlags` call. */
export type SyncCall = ServerWritableStream<SyncRequest, Buffer>;

/** Longest that a stream without news sleeps; news and the end of the call wake it. */
const MAX_SLEEP_MS = 3_600_000;

/** What a stream works with. */
export interface StreamSource {
  readonly publisher: SnapshotPublisher;
  readonly encode: (published: PublishedEnvironment) => Buffer;
}

/**
 * Sends the newest version at once and every newer one, until the call is over.
 *
 * One message is under way at a time, so a slow reader costs one message of memory: every message is complete, and the
 * versions that it was too slow for are skipped.
 */
export async function streamVersions(call: SyncCall, caller: Caller, source: StreamSource): Promise<void> {
  const { sleep, wake } = createSleeper();
  const unsubscribe = source.publisher.subscribe(caller, wake);
  call.once('cancelled', wake);
  try {
    let sent: PublishedEnvironment | undefined;
    while (isOpen(call)) {
      const newest = await source.publisher.require(caller);
      if (newest !== sent) await write(call, source.encode(newest));
      sent = newest;
      await sleep(MAX_SLEEP_MS);
    }
  } finally {
    unsubscribe();
  }
}

/** False once the call was ended here or by its reader. */
export function isOpen(call: SyncCall): boolean {
  return !call.cancelled && !call.writableEnded;
}

/** Resolves when the reader took the message, or will never take another. */
function write(call: SyncCall, message: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      call.off('cancelled', settle);
      resolve();
    };
    call.once('cancelled', settle);
    if (isOpen(call)) call.write(message, settle);
    else settle();
  });
}
