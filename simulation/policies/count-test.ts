import type { ComparedArms } from './arms/matched-arms.ts';
import { type CountedMetric, isWorseUp } from './arms/watched-metric.ts';
import { experimentRule } from './experiment-rule.ts';
import { atSpeeds, climb, HOURLY, type Ladder } from './ramp/ladder.ts';
import { rollback } from './ramp/moves.ts';
import type { Rule } from './rule.ts';
import type { SplitEvents } from './statistics/beta-mixture.ts';
import { combinations } from './tuning-grid.ts';

/** Settings of a sequential test on counts of events. */
export interface CountTestSettings {
  readonly ladder: Ladder;
  /** α is divided among them. */
  readonly metrics: readonly CountedMetric[];
  readonly lookMs: number;
  readonly alpha: number;
}

/** A schedule, and a rollback when the log e-value of a metric's events over equal arms reaches ln(1/α). */
export function countTest(
  { ladder, metrics, lookMs, alpha }: CountTestSettings,
  logE: (events: SplitEvents) => number,
): Rule {
  const line = Math.log(metrics.length / alpha);
  const isHarmful = ({ treatment, control }: ComparedArms, metric: CountedMetric): boolean => {
    const [nT, nC] = isWorseUp(metric) ? [treatment[metric], control[metric]] : [control[metric], treatment[metric]];
    return nT > nC && logE({ nT, nC, theta0: EQUAL_ARMS }) >= line;
  };
  return experimentRule({
    firstCoverage: ladder.stages[0]!,
    control: 'matched',
    lookMs,
    begin: () => ({
      look(arms, view) {
        const worse = metrics.find((metric) => isHarmful(arms, metric));
        return worse === undefined ? climb(view, ladder) : rollback(`${worse}: evidence above 1/α`);
      },
      between: (view) => climb(view, ladder),
    }),
  });
}

const EQUAL_ARMS = 0.5;

/** As in the papers: α = 0.05 and a look every minute. */
export const COUNT_TEST_SHIPPED: CountTestSettings = {
  ladder: HOURLY,
  metrics: ['errors', 'slow', 'conversions'],
  lookMs: 60_000,
  alpha: 0.05,
};

/** Speeds and levels. */
export const COUNT_TEST_GRID: readonly CountTestSettings[] = combinations(COUNT_TEST_SHIPPED, {
  ladder: atSpeeds([5, 10, 15, 30, 60]),
  alpha: [0.05, 0.02, 0.01],
});
