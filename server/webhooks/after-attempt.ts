import type { SettledAttempt } from '../../domain/index.ts';
import { backOffMs } from '../sources/back-off.ts';

const HOUR_MS = 3_600_000;

/** Limits of the pauses between attempts: up to 10 s after the first, up to an hour after the tenth. */
const PAUSES = { baseMs: 5_000, maxMs: HOUR_MS };

/** How long one message is tried. */
const GIVE_UP_AFTER_MS = 24 * HOUR_MS;

/** How long a webhook may accept nothing, until the next message that is given up disables it. */
const DISABLE_AFTER_MS = 72 * HOUR_MS;

/** An attempt that is over. */
export interface Attempt {
  readonly isAccepted: boolean;
  /** In words: a status, or why there was none. */
  readonly outcome: string;
  /** The receiver says that it is gone for good (410). */
  readonly isGone: boolean;
  /** How long the receiver wants to be left alone, in ms; 0 when it does not say. */
  readonly waitMs: number;
}

/** How long things have been going on when an attempt ends. */
export interface AttemptTimes {
  /** Attempts with this one. */
  readonly attemptCount: number;
  /** Since the message was made. */
  readonly ageMs: number;
  /** Since the webhook accepted anything; 0 when this is its first failure. */
  readonly failingForMs: number;
}

/** What becomes of a message after an attempt; `random` is uniform in [0, 1). */
export function afterAttempt(attempt: Attempt, times: AttemptTimes, random: () => number): SettledAttempt {
  const { outcome } = attempt;
  if (attempt.isAccepted) return { state: 'delivered', delayMs: 0, outcome };
  if (attempt.isGone)
    return { state: 'failed', delayMs: 0, outcome, disableBecause: 'the receiver says it is gone (410)' };
  const wantedMs = Math.max(backOffMs(times.attemptCount, random, PAUSES), Math.min(attempt.waitMs, HOUR_MS));
  const delayMs = Math.round(wantedMs);
  if (times.ageMs + delayMs <= GIVE_UP_AFTER_MS) return { state: 'pending', delayMs, outcome };
  const isLongGone = times.failingForMs >= DISABLE_AFTER_MS;
  const because = `no message was accepted for ${Math.floor(times.failingForMs / HOUR_MS)} hours; the last answer: ${outcome}`;
  return { state: 'failed', delayMs: 0, outcome, ...(isLongGone ? { disableBecause: because } : {}) };
}
