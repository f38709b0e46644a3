import { repeat } from './timers.ts';

/** Pause between two turns. */
const TURN_MS = 30_000;

/** Most batches in one turn: after a long stop the rest waits for the next one. */
const MAX_BATCHES_PER_TURN = 200;

/** Work on what is old that is going on. */
interface Maintenance {
  /** Finishes the batch in flight, then ends. */
  stop(): Promise<void>;
}

/** What is looked after: does one batch and resolves to the rows that it found, 0 when nothing is left to do. */
interface Maintained {
  maintain(): Promise<number>;
}

/** Adds up and deletes what is old in the background, store after store, turn by turn, until stopped. */
export function startMaintenance(stores: readonly Maintained[], onError: (error: unknown) => void): Maintenance {
  let isStopping = false;
  let turn = Promise.resolve();
  const work = async () => {
    for (const store of stores) {
      let isDone = false;
      for (let batch = 0; batch < MAX_BATCHES_PER_TURN && !isStopping && !isDone; batch += 1) {
        isDone = (await store.maintain()) === 0;
      }
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
