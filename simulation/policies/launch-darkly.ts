import { asymptoticHalfWidth } from '../../models/index.ts';
import type { ComparedArms } from './arms/matched-arms.ts';
import type { WatchedMetric } from './arms/watched-metric.ts';
import { experimentRule } from './experiment-rule.ts';
import { aPeer } from './peer.ts';
import type { PolicyMove, PolicyView } from './policy.ts';
import { atSpeeds, climb, HOURLY, isDwellOver, type Ladder } from './ramp/ladder.ts';
import { hold, rollback } from './ramp/moves.ts';
import type { Rule } from './rule.ts';
import { LADDER_SPEEDS } from './speeds.ts';
import { harmContrast } from './statistics/harm-contrast.ts';
import { combinations } from './tuning-grid.ts';

/** Settings of a guarded rollout. */
export interface LaunchDarklySettings {
  /** Steps of at most half; control is as large as the treatment. */
  readonly ladder: Ladder;
  readonly metrics: readonly WatchedMetric[];
  readonly checkMs: number;
  readonly alpha: number;
  /** A regression must be beyond this share of control. */
  readonly relativeThreshold: number;
  readonly minUnitsPerStep: number;
  readonly onRegression: 'rollback' | 'pause';
}

/**
 * LaunchDarkly's guarded rollout (documentation, "Guarded rollouts"), with a stand-in for its unpublished statistics:
 * a two-sided asymptotic confidence sequence of treatment − control.
 *
 * An interval wholly on the harmful side rolls back, or pauses until a person comes. A step that ends with too few
 * units in treatment is extended once, then the rollout is reverted.
 */
export function launchDarkly(settings: LaunchDarklySettings): Rule {
  const { ladder, metrics, checkMs } = settings;
  return experimentRule({
    firstCoverage: ladder.stages[0]!,
    control: 'matched',
    lookMs: checkMs,
    begin() {
      let isPaused = false;
      const steps = stepKeeper(settings);
      return {
        look(arms, view) {
          if (isPaused) return PAUSED;
          if (!metrics.some((metric) => isRegression(arms, metric, settings))) return steps(arms, view);
          if (settings.onRegression === 'rollback') return rollback('a regression');
          isPaused = true;
          return PAUSED;
        },
        between: () => BETWEEN,
      };
    },
  });
}

const PAUSED = hold('paused by a regression');
const BETWEEN = hold('between checks');
const FEW_UNITS = hold('extended: too few units in the step');

/** Counts the units of each step, and decides at its end. */
function stepKeeper(settings: LaunchDarklySettings): (arms: ComparedArms, view: PolicyView) => PolicyMove {
  const { ladder, minUnitsPerStep } = settings;
  let [sinceMs, unitsBefore, isExtended] = [0, 0, false];
  return ({ treatment }, view) => {
    if (sinceMs !== view.coverageSinceMs) {
      [sinceMs, unitsBefore, isExtended] = [view.coverageSinceMs, treatment.exposures, false];
    }
    const dwellMs = isExtended ? 2 * ladder.dwellMs : ladder.dwellMs;
    const hasFewUnits = treatment.exposures - unitsBefore < minUnitsPerStep;
    if (!hasFewUnits || !isDwellOver(view, dwellMs)) return climb(view, { ...ladder, dwellMs });
    if (isExtended) return rollback('too few units, twice');
    isExtended = true;
    return FEW_UNITS;
  };
}

function isRegression(arms: ComparedArms, metric: WatchedMetric, settings: LaunchDarklySettings): boolean {
  const contrast = harmContrast(arms, metric);
  if (contrast === null || contrast.variance === 0) return false;
  const { harm, variance, treatment, control } = contrast;
  if (Math.min(treatment.n, control.n) < settings.minUnitsPerStep) return false;
  const standardError = Math.sqrt(variance);
  const half = asymptoticHalfWidth({ standardError, n: treatment.n + control.n, alpha: settings.alpha, sides: 2 });
  return harm - half > settings.relativeThreshold * Math.abs(control.mean);
}

/** Hourly steps: with the default of a day for all of them a rollout of half a day would never end. */
const SHIPPED: LaunchDarklySettings = {
  ladder: HOURLY,
  metrics: ['errors', 'slow', 'conversions', 'revenue'],
  checkMs: 60_000,
  alpha: 0.05,
  relativeThreshold: 0,
  minUnitsPerStep: 30,
  onRegression: 'rollback',
};

/** LaunchDarkly, as a peer. */
export const LAUNCH_DARKLY = aPeer({
  name: 'launchdarkly',
  family: 'peer',
  rule: launchDarkly,
  shipped: SHIPPED,
  tuningGrid: combinations(SHIPPED, {
    ladder: atSpeeds([5, 10, 15, 30, 60]),
    alpha: [0.05, 0.02, 0.01],
    relativeThreshold: [0, 0.05],
  }),
  speeds: LADDER_SPEEDS,
});
