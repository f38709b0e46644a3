import type { WindowStore } from '../domain/index.ts';
import { repeat } from './timers.ts';

/** Pause between two turns. */
const TURN_MS = 30_000;

/** Most batches in one turn: after a long stop the rest waits for the next one. */
const MAX_BATCHES_PER_TURN = 200;

/** Work on old windows that is going on. */
interface Maintenance {
  /** Finishes the batch in flight, then ends. */
  stop(): Promise<void>;
}

/** Adds up and deletes old windows in the background, turn by turn, until stopped. */
export function startMaintenance(windows: WindowStore, onError: (error: unknown) => void): Maintenance {
  let isStopping = false;
  let turn = Promise.resolve();
  const work = async () => {
    for (let batch = 0; batch < MAX_BATCHES_PER_TURN && !isStopping; batch += 1) {
      if ((await windows.maintain()) === 0) return;
    }
  };
  const stopRepeating = repeat(TURN_MS, () => {
    turn = work().catch(onError);
    return turn;
  });
  return {
    stop: async () => {
      isStopping = true;
      stopRepeating();
      await turn;
    },
  };
}
