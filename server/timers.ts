import type { Sleeper } from '../controller/index.ts';

/** A sleeper on real timers; a wake-up that comes while nobody sleeps ends the next sleep at once. */
export function createSleeper(): Sleeper {
  let wakeSleeper: (() => void) | undefined;
  let isWakePending = false;
  return {
    sleep: (ms) =>
      new Promise((resolve) => {
        if (isWakePending) {
          isWakePending = false;
          resolve();
          return;
        }
        const finish = () => {
          clearTimeout(timer);
          wakeSleeper = undefined;
          resolve();
        };
        const timer = setTimeout(finish, ms);
        wakeSleeper = finish;
      }),
    wake: () => {
      if (wakeSleeper === undefined) isWakePending = true;
      else wakeSleeper();
    },
  };
}

/** Runs a task that never rejects every `ms` after its last end, never twice at once; the returned function stops it. */
export function repeat(ms: number, task: () => Promise<unknown>): () => void {
  let isStopped = false;
  const next = () => {
    timer = setTimeout(() => {
      void task().finally(() => {
        if (!isStopped) next();
      });
    }, ms);
  };
  let timer: NodeJS.Timeout;
  next();
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}
