import type { RunOutcome } from './run-outcome.ts';

/** What a rollout's time to 95 % is cut off at: later counts as this. */
export const HORIZON_HOURS = 12;

const FALSE_ROLLBACK_COST = 28;
const COST_PER_HOUR = 4;
const FULL_HARM_COST = 100;
const MAX_FLAG_DELAY_MS = 10 * 60_000;

/**
 * What a run costs: 0 for one that could not have gone better, 100 for full harm; null where telemetry breaks.
 *
 * The terms of the composite loss, learning.md §16.4. A healthy change that never reaches 95 % costs as much as one
 * that does so at the horizon, and whoever goes back below it pays for those hours too. A policy that knows the world pays
 * 0 in every world, so this is the regret too.
 */
export function runCost(run: RunOutcome): number | null {
  switch (run.kind) {
    case 'harmful':
      return FULL_HARM_COST * Math.min(run.harm, 1);
    case 'benign':
      return run.end === 'rolledBack' ? FALSE_ROLLBACK_COST : COST_PER_HOUR * hoursWithout95(run);
    case 'dataFault':
      return null;
  }
}

/** Hours until coverage reached 95 %, cut off at the horizon; the horizon for a run that never got there. */
export function cappedHours({ hoursTo95 }: RunOutcome): number {
  return Math.min(hoursTo95 ?? HORIZON_HOURS, HORIZON_HOURS);
}

/** Hours that healthy users were without the change: until coverage reached 95 %, and whenever it went back from there. */
export function hoursWithout95(run: RunOutcome): number {
  return Math.min(cappedHours(run) + (run.hoursLost ?? 0), HORIZON_HOURS);
}

/**
 * Whether users met harm that was never stopped; a change that never reached them was no miss.
 *
 * Harm stops with a rollback, and with a coverage at which this change does none (learning.md §16.3: staying just below
 * the threshold of H6 counts as caught).
 */
export function isMissed(run: RunOutcome): boolean {
  return run.harmedSinceMs !== null && stoppedAtMs(run) === null;
}

/** Minutes from the first harm until it was stopped; null for a run that was missed, or stopped before it could harm. */
export function delayMinutes(run: RunOutcome): number | null {
  const stoppedMs = stoppedAtMs(run);
  return stoppedMs === null || run.harmedSinceMs === null ? null : (stoppedMs - run.harmedSinceMs) / 60_000;
}

function stoppedAtMs({ end, endedAtMs, harmlessSinceMs }: RunOutcome): number | null {
  return end === 'rolledBack' ? endedAtMs : harmlessSinceMs;
}

/**
 * Whether broken telemetry was flagged within ten minutes, and nothing was done on its word.
 *
 * Null for a run that was over before telemetry broke. A flag from before the fault is no answer to it.
 */
export function isFaultHandled(run: RunOutcome): boolean | null {
  const { faultSinceMs, flaggedAtMs, endedAtMs, actedOnFault } = run;
  if (faultSinceMs === null || (endedAtMs !== null && endedAtMs < faultSinceMs)) return null;
  if (flaggedAtMs === null || actedOnFault) return false;
  const flagDelayMs = flaggedAtMs - faultSinceMs;
  return flagDelayMs >= 0 && flagDelayMs <= MAX_FLAG_DELAY_MS;
}
