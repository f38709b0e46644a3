import type { RunOutcome } from './run-outcome.ts';
import { delayMinutes, HORIZON_HOURS } from './run-verdict.ts';
import type { DelayPoint } from './score-card.ts';

const POINTS = 48;
const LAST_MINUTE = 60 * HORIZON_HOURS;

/** Minutes at which delays are counted: geometric from one minute to the horizon, in tenths. */
const MINUTES = Array.from({ length: POINTS + 1 }, (_, k) => Math.round(10 * LAST_MINUTE ** (k / POINTS)) / 10);

/** How the delays of a policy's rollbacks are distributed; empty when no harm ever met it. */
export function delayPoints(runs: readonly RunOutcome[]): readonly DelayPoint[] {
  const harmed = runs.filter(({ kind, harmedSinceMs }) => kind === 'harmful' && harmedSinceMs !== null);
  if (harmed.length === 0) return [];
  const delays = harmed.flatMap((run) => delayMinutes(run) ?? []);
  return MINUTES.map((minutes) => ({
    minutes,
    share: delays.filter((delay) => delay <= minutes).length / harmed.length,
  }));
}
