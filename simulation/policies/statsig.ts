import type { ComparedArms, ControlKind } from './arms/matched-arms.ts';
import type { WatchedMetric } from './arms/watched-metric.ts';
import { experimentRule } from './experiment-rule.ts';
import { aPeer } from './peer.ts';
import type { PolicyMove } from './policy.ts';
import { atSpeeds, climb, HOURLY, type Ladder } from './ramp/ladder.ts';
import { rollback } from './ramp/moves.ts';
import type { Rule } from './rule.ts';
import { LADDER_SPEEDS } from './speeds.ts';
import { harmContrast } from './statistics/harm-contrast.ts';
import { sampleRatioP } from './statistics/sample-ratio-p.ts';
import { statsigThreshold } from './statistics/statsig-threshold.ts';
import { combinations } from './tuning-grid.ts';

/** Settings of a rollout with alerts. */
export interface StatsigSettings {
  readonly ladder: Ladder;
  readonly metrics: readonly WatchedMetric[];
  readonly control: ControlKind;
  readonly lookMs: number;
  readonly alpha: number;
  /** An alert needs a change of at least this share of control. */
  readonly minRelativeHarm: number;
  readonly minUnitsPerArm: number;
}

/**
 * Statsig's scheduled rollout with rollout alerts (documentation: "Sequential testing", "Rollout alerts").
 *
 * An alert needs significance by `statsigThreshold`, a size and enough units; its safeguard turns the gate off. A
 * sample ratio mismatch is shown, and stops nothing.
 */
export function statsig(settings: StatsigSettings): Rule {
  const { ladder, metrics, control, lookMs } = settings;
  return experimentRule({
    firstCoverage: ladder.stages[0]!,
    control,
    lookMs,
    begin: () => ({
      look(arms, view) {
        const worse = metrics.find((metric) => isAlert(arms, metric, settings));
        if (worse !== undefined) return rollback(`${worse}: beyond Z*`);
        return withHealth(climb(view, ladder), arms);
      },
      between: (view) => climb(view, ladder),
    }),
  });
}

const MISMATCH_P = 0.01;

function withHealth(move: PolicyMove, arms: ComparedArms): PolicyMove {
  return sampleRatioP(arms) < MISMATCH_P ? { ...move, isDataFlagged: true } : move;
}

function isAlert(arms: ComparedArms, metric: WatchedMetric, settings: StatsigSettings): boolean {
  const contrast = harmContrast(arms, metric);
  if (contrast === null || contrast.variance === 0) return false;
  const { harm, variance, relativeHarm, treatment, control } = contrast;
  if (Math.min(treatment.n, control.n) < settings.minUnitsPerArm) return false;
  const line = statsigThreshold({
    nT: treatment.n,
    nC: control.n,
    varianceT: treatment.variance,
    varianceC: control.variance,
    // One-sided, as documented: all of α in the tail that is harm.
    alpha: 2 * settings.alpha,
  });
  return harm / Math.sqrt(variance) > line && !(relativeHarm < settings.minRelativeHarm);
}

const SHIPPED: StatsigSettings = {
  ladder: HOURLY,
  metrics: ['errors', 'slow', 'conversions', 'revenue'],
  control: 'matched',
  lookMs: 900_000,
  alpha: 0.05,
  minRelativeHarm: 0,
  minUnitsPerArm: 100,
};

/** Statsig, as a peer: looks every quarter of an hour, where its cloud looks once a day. */
export const STATSIG = aPeer({
  name: 'statsig',
  family: 'peer',
  rule: statsig,
  shipped: SHIPPED,
  tuningGrid: combinations(SHIPPED, {
    ladder: atSpeeds([5, 10, 15, 30, 60]),
    lookMs: [60_000, 300_000],
    alpha: [0.05, 0.1],
    control: ['matched', 'rest'],
  }),
  speeds: LADDER_SPEEDS,
});
