import { performance } from 'node:perf_hooks';
import type { Storage } from '../domain/index.ts';
import { repeat } from './timers.ts';

/** How often the database is asked whether it is there. */
const LOOK_MS = 5_000;

/** Looks after the database in the background and tells how long it took to answer, null when it did not; the result ends it. */
export function watchStorage(storage: Pick<Storage, 'ping'>, onLook: (roundTripMs: number | null) => void): () => void {
  return repeat(LOOK_MS, async () => {
    const askedAtMs = performance.now();
    const isUp = await storage.ping().then(
      () => true,
      () => false,
    );
    onLook(isUp ? performance.now() - askedAtMs : null);
  });
}
