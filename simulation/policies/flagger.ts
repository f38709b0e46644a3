import { type AbsoluteLimits, areKept, USUAL_LIMITS } from './arms/absolute-limits.ts';
import { dropRepeats } from './arms/drop-repeats.ts';
import { recentSums } from './arms/recent-sums.ts';
import { aPeer } from './peer.ts';
import type { PolicyMove } from './policy.ts';
import { dueEvery } from './ramp/due-every.ts';
import { complete, hold, moveTo, rollback } from './ramp/moves.ts';
import { type Rule, runOf } from './rule.ts';
import { speedsOf } from './speeds.ts';
import { combinations } from './tuning-grid.ts';

/** Settings of a Canary resource; weights out of SHARE_TOTAL. */
export interface FlaggerSettings {
  /** Interval of the analysis and range of its queries. */
  readonly intervalMs: number;
  /** Failed checks at which it rolls back. */
  readonly threshold: number;
  readonly stepWeight: number;
  readonly maxWeight: number;
  readonly limits: AbsoluteLimits;
}

/**
 * Flagger's canary (fluxcd/flagger, `pkg/controller/scheduler.go`), with the behaviour that it ships.
 *
 * The counter of failed checks is cumulative: no success resets it. It is compared before the interval's own analysis,
 * so the rollback comes one interval after the check that decided it. A range without values fails its check. The first
 * step is taken without looking at metrics, and after promotion nobody looks.
 */
export function flagger({ intervalMs, threshold, stepWeight, maxWeight, limits }: FlaggerSettings): Rule {
  return {
    firstCoverage: 0,
    start() {
      const onlyNew = dropRepeats();
      const recent = recentSums(intervalMs, 'treatment');
      const isDue = dueEvery(intervalMs);
      let [weight, failed] = [0, 0];
      const advance = (): PolicyMove => {
        if (weight >= maxWeight) return complete('promoted');
        weight = Math.min(maxWeight, weight + stepWeight);
        return moveTo(weight, 'checks passed');
      };
      return runOf((view) => {
        recent.add(view.nowMs, onlyNew(view.windows));
        if (!isDue(view.nowMs)) return BETWEEN;
        if (failed >= threshold) return rollback('failed checks reached the threshold');
        if (weight === 0 || areKept(limits, recent.sums) === true) return advance();
        failed += 1;
        return FAILED;
      });
    },
  };
}

const BETWEEN = hold('between intervals');
const FAILED = hold('a check failed');

/** The example of its README: 5 % a minute up to 50 %, ten failed checks; latency see `USUAL_LIMITS`. */
const SHIPPED: FlaggerSettings = {
  intervalMs: 60_000,
  threshold: 10,
  stepWeight: 5_000,
  maxWeight: 50_000,
  limits: USUAL_LIMITS,
};

/** Flagger, as a peer. */
export const FLAGGER = aPeer({
  name: 'flagger',
  family: 'peer',
  rule: flagger,
  shipped: SHIPPED,
  tuningGrid: combinations(SHIPPED, {
    intervalMs: [60_000, 180_000, 300_000, 600_000, 1_200_000],
    threshold: [2, 5, 10],
    limits: [
      { maxErrorShare: 0.01, maxSlowShare: 0.01 },
      { maxErrorShare: 0.02, maxSlowShare: 0.05 },
      { maxErrorShare: 0.03, maxSlowShare: 0.1 },
    ],
  }),
  speeds: speedsOf<FlaggerSettings>([1, 2, 5, 10, 20].map((minutes) => ({ intervalMs: minutes * 60_000 }))),
});
