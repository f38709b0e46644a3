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
 * that does so at the horizon.
 */
export function runCost(run: RunOutcome): number | null {
  switch (run.kind) {
    case 'harmful':
      return FULL_HARM_COST * Math.min(run.harm, 1);
    case 'benign':
      return run.end === 'rolledBack' ? FALSE_ROLLBACK_COST : COST_PER_HOUR * cappedHours(run);
    case 'dataFault':
      return null;
  }
}

/** Hours until coverage reached 95 %, cut off at the horizon; the horizon for a run that never got there. */
export function cappedHours({ hoursTo95 }: RunOutcome): number {
  return Math.min(hoursTo95 ?? HORIZON_HOURS, HORIZON_HOURS);
}

/** Whether users met a harmful change that was never taken back; a change that never reached them was no miss. */
export function isMissed({ end, harmedSinceMs }: RunOutcome): boolean {
  return harmedSinceMs !== null && end !== 'rolledBack';
}

/** Minutes from the first harm to the rollback; null for a run that was missed, or taken back before it could harm. */
export function delayMinutes({ end, endedAtMs, harmedSinceMs }: RunOutcome): number | null {
  if (end !== 'rolledBack' || endedAtMs === null || harmedSinceMs === null) return null;
  return (endedAtMs - harmedSinceMs) / 60_000;
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
