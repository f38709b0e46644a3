import type { ComparedArms, ControlKind } from './arms/matched-arms.ts';
import { type CountedMetric, isWorseUp } from './arms/watched-metric.ts';
import { experimentRule } from './experiment-rule.ts';
import { aPeer } from './peer.ts';
import { atSpeeds, climb, HOURLY, type Ladder } from './ramp/ladder.ts';
import { rollback } from './ramp/moves.ts';
import type { Rule } from './rule.ts';
import { LADDER_SPEEDS } from './speeds.ts';
import { combinations } from './tuning-grid.ts';

/** Settings of the repeated z-test. */
export interface NaiveZSettings {
  readonly ladder: Ladder;
  readonly metrics: readonly CountedMetric[];
  readonly control: ControlKind;
  readonly lookMs: number;
  /** One-sided critical value. */
  readonly z: number;
  readonly minExposuresPerArm: number;
  readonly minEvents: number;
}

/** A schedule, and a fixed-sample test of two proportions repeated at every look, as if it were the only one. */
export function naiveZ(settings: NaiveZSettings): Rule {
  const { ladder, metrics, control, lookMs } = settings;
  return experimentRule({
    firstCoverage: ladder.stages[0]!,
    control,
    lookMs,
    begin: () => ({
      look(arms, view) {
        const worse = metrics.find((metric) => isSignificant(arms, metric, settings));
        return worse === undefined ? climb(view, ladder) : rollback(`${worse}: z above ${settings.z}`);
      },
      between: (view) => climb(view, ladder),
    }),
  });
}

function isSignificant({ treatment, control }: ComparedArms, metric: CountedMetric, settings: NaiveZSettings): boolean {
  const { z, minExposuresPerArm, minEvents } = settings;
  const [nT, nC, xT, xC] = [treatment.exposures, control.exposures, treatment[metric], control[metric]];
  if (Math.min(nT, nC) < minExposuresPerArm || xT + xC < minEvents) return false;
  const pooled = (xT + xC) / (nT + nC);
  const difference = (xT / nT - xC / nC) * (isWorseUp(metric) ? 1 : -1);
  return difference > z * Math.sqrt(pooled * (1 - pooled) * (1 / nT + 1 / nC));
}

const SHIPPED: NaiveZSettings = {
  ladder: HOURLY,
  metrics: ['errors', 'slow', 'conversions'],
  control: 'matched',
  lookMs: 60_000,
  z: 1.645,
  minExposuresPerArm: 20,
  minEvents: 5,
};

/** The frame that peeks. */
export const NAIVE_Z = aPeer({
  name: 'naive-z',
  family: 'frame',
  rule: naiveZ,
  shipped: SHIPPED,
  tuningGrid: combinations(SHIPPED, { ladder: atSpeeds([5, 15, 60]), z: [2.326, 3.09, 4], lookMs: [60_000, 900_000] }),
  speeds: LADDER_SPEEDS,
});
