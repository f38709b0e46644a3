import { asymptoticHalfWidth } from '../../models/index.ts';
import type { ComparedArms } from './arms/matched-arms.ts';
import type { WatchedMetric } from './arms/watched-metric.ts';
import { experimentRule } from './experiment-rule.ts';
import { aPeer } from './peer.ts';
import type { PolicyMove, PolicyView } from './policy.ts';
import { atSpeeds, climb, HOURLY, isDwellOver, type Ladder } from './ramp/ladder.ts';
import { hold, holdFlagged, rollback } from './ramp/moves.ts';
import type { Rule } from './rule.ts';
import { LADDER_SPEEDS } from './speeds.ts';
import { harmContrast } from './statistics/harm-contrast.ts';
import { sampleRatioP } from './statistics/sample-ratio-p.ts';
import { combinations } from './tuning-grid.ts';

/** Settings of a ramp schedule with monitored steps. */
export interface GrowthBookSettings {
  readonly ladder: Ladder;
  readonly guardrails: readonly WatchedMetric[];
  /** Metrics that hold a step while they are lost, and release it by themselves. */
  readonly signals: readonly WatchedMetric[];
  /** Time between two analyses. */
  readonly refreshMs: number;
  readonly alpha: number;
  readonly onMismatch: 'hold' | 'rollback' | 'warn';
  /** Units of both arms below which a step is held. */
  readonly minUnits: number;
  /** Events, or revenue, of the larger arm below which a metric is not judged. */
  readonly minMetricTotal: number;
  /** Changes smaller than this share of control do not count. */
  readonly minRelativeHarm: number;
}

/**
 * GrowthBook's monitored ramp (growthbook/growthbook, `rampScheduleEvaluator.ts`), gates in its order.
 *
 * The interval is asked first, so a guardrail lost inside it waits for its end. A guardrail is lost when its one-sided
 * sequential bound (`gbstats`: asymptotic confidence sequence over both arms) excludes "no harm"; it comes before the
 * sample ratio, which comes before everything else.
 */
export function growthBook(settings: GrowthBookSettings): Rule {
  const { ladder, refreshMs } = settings;
  return experimentRule({
    firstCoverage: ladder.stages[0]!,
    control: 'matched',
    lookMs: refreshMs,
    begin: () => ({
      look: (arms, view) => (isDwellOver(view, ladder.dwellMs) ? judgeStep(arms, view, settings) : INSIDE),
      between: (view) => (isDwellOver(view, ladder.dwellMs) ? NO_ANALYSIS : INSIDE),
    }),
  });
}

const INSIDE = hold('the step interval is not over');
const NO_ANALYSIS = hold('no analysis since the end of the interval');
const NO_UNITS = hold('no units yet');

function judgeStep(arms: ComparedArms, view: PolicyView, settings: GrowthBookSettings): PolicyMove {
  const units = arms.treatment.exposures + arms.control.exposures;
  if (units === 0) return NO_UNITS;
  const lost = settings.guardrails.find((metric) => isLost(arms, metric, settings));
  if (lost !== undefined) return rollback(`${lost}: guardrail lost`);
  const isMismatch = hasMismatch(arms);
  if (isMismatch && settings.onMismatch === 'hold') return holdFlagged('sample ratio mismatch');
  if (isMismatch && settings.onMismatch === 'rollback') return rollback('sample ratio mismatch');
  if (units < settings.minUnits) return hold('too few units');
  if (settings.signals.some((metric) => isLost(arms, metric, settings))) return hold('a signal metric is lost');
  const move = climb(view, settings.ladder);
  return isMismatch ? { ...move, isDataFlagged: true } : move;
}

const MISMATCH_P = 0.001;
const MISMATCH_MIN_UNITS = 8;

function hasMismatch(arms: ComparedArms): boolean {
  const smaller = Math.min(arms.treatment.exposures, arms.control.exposures);
  return smaller >= MISMATCH_MIN_UNITS && sampleRatioP(arms) < MISMATCH_P;
}

function isLost(arms: ComparedArms, metric: WatchedMetric, settings: GrowthBookSettings): boolean {
  const contrast = harmContrast(arms, metric);
  if (contrast === null || contrast.variance === 0) return false;
  const { harm, variance, relativeHarm, treatment, control } = contrast;
  if (Math.max(treatment.total, control.total) < settings.minMetricTotal) return false;
  if (relativeHarm < settings.minRelativeHarm) return false;
  const standardError = Math.sqrt(variance);
  return harm > asymptoticHalfWidth({ standardError, n: treatment.n + control.n, alpha: settings.alpha, sides: 1 });
}

/** Hourly steps and an analysis every quarter of an hour: with the default of six hours half a day is two analyses. */
const SHIPPED: GrowthBookSettings = {
  ladder: HOURLY,
  guardrails: ['errors', 'slow', 'conversions', 'revenue'],
  signals: [],
  refreshMs: 900_000,
  alpha: 0.05,
  onMismatch: 'hold',
  minUnits: 0,
  minMetricTotal: 150,
  minRelativeHarm: 0.005,
};

/** GrowthBook, as a peer. */
export const GROWTH_BOOK = aPeer({
  name: 'growthbook',
  family: 'peer',
  rule: growthBook,
  shipped: SHIPPED,
  tuningGrid: combinations(SHIPPED, {
    ladder: atSpeeds([5, 10, 15, 30, 60]),
    refreshMs: [60_000, 300_000],
    alpha: [0.05, 0.01],
    minMetricTotal: [10, 150],
  }),
  speeds: LADDER_SPEEDS,
});
