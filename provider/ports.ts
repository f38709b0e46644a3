import type { Clock } from '../domain/index.ts';

/** Undoes a timer that has not fired yet. */
export type CancelTimer = () => void;

/** Time as the client needs it: the wall clock for windows, a steady one for durations, and timers. */
export interface ClientClock extends Clock {
  /** Steady time in ms; only differences mean anything. */
  monotonicMs(): number;
  /** Calls back once after `delayMs`. The timer keeps the application alive only if `keepsAlive`. */
  after(delayMs: number, callback: () => void, keepsAlive?: boolean): CancelTimer;
}

/** A uniform number in [0, 1). */
export type Random = () => number;

/** The time of this machine. */
export const systemClock: ClientClock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, callback, keepsAlive = false) {
    const timer = setTimeout(callback, delayMs);
    if (!keepsAlive) timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Resolves after `delayMs`, or at once when the signal is aborted. */
export function pause(clock: ClientClock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const wake = () => {
      cancel();
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const cancel = clock.after(delayMs, wake);
    signal.addEventListener('abort', wake);
  });
}
