import type { MetricDefinition, MetricWindow } from '../../domain/index.ts';
import {
  addLikelihoodWindow,
  addRateWindow,
  combineEvidence,
  type DurationSketch,
  emptyRateEvidence,
  excessTest,
  fadeSketch,
  flatLikelihood,
  harmTest,
  LATENCY_ETA,
  logEValue,
  type MixtureTest,
  mergeSketches,
  type RateEvidence,
  RELATIVE_RISKS,
  type RiskLikelihood,
  SLOW_QUANTILES,
  type SlowThresholds,
  slowCounts,
  type WindowCounts,
} from '../../models/index.ts';

/** What the windows say about one treatment and one guardrail. */
export interface GuardrailEvidence {
  /** End of the newest window in which the treatment had data; null while it never had any. */
  readonly lastDataMs: number | null;
  /** A rate has one test; a duration has one for each quantile of control above which units count as slow. */
  readonly tests: readonly RateEvidence[];
  /** The coarse test of the windows that the others skip; null where it is not run. */
  readonly burnIn: RateEvidence | null;
  /** Likelihood of the relative risk, for a duration that of being slower than control's p95. */
  readonly likelihood: RiskLikelihood;
  /** The treatment's durations, fading; empty for a rate. */
  readonly sketch: DurationSketch;
}

/** One closed window of one guardrail, on both sides. */
export interface GuardrailWindow {
  readonly treatment: MetricWindow | undefined;
  readonly control: MetricWindow | undefined;
  /** From control's windows before this one; undefined for rates, and while control is little known. */
  readonly thresholds: SlowThresholds | undefined;
  readonly isBurnIn: boolean;
  readonly endMs: number;
  /** Factor by which what is older counts less. */
  readonly fading: number;
}

/** Index of the 0.95 in `SLOW_QUANTILES`: the quantile that stands for a duration where one number is needed. */
export const TAIL = SLOW_QUANTILES.indexOf(0.95);

/** Bursts of bad luck come from single clients; fewer distinct units with an event than this never fire a test. */
const MIN_UNITS_WITH_EVENT = 3;

/** In burn-in only this much worse counts as harm: cold caches are expected then. */
const CATASTROPHE_R0 = 2.5;
const CATASTROPHE_TEST = excessTest(CATASTROPHE_R0, 'above', 1);

/** The state before the first window. */
export function emptyGuardrailEvidence(metric: MetricDefinition): GuardrailEvidence {
  const empty = emptyRateEvidence(testOf(metric));
  const isWatchedInBurnIn = metric.kind === 'rate' && metric.goodDirection === 'lower';
  return {
    lastDataMs: null,
    tests: metric.kind === 'duration' ? SLOW_QUANTILES.map(() => empty) : [empty],
    burnIn: isWatchedInBurnIn ? emptyRateEvidence(CATASTROPHE_TEST) : null,
    likelihood: flatLikelihood(RELATIVE_RISKS),
    sketch: {},
  };
}

/** Adds one closed window; in burn-in only the coarse test counts it. */
export function addGuardrailWindow(
  metric: MetricDefinition,
  evidence: GuardrailEvidence,
  window: GuardrailWindow,
): GuardrailEvidence {
  const counts = countsOf(window);
  const { treatment } = window;
  const seen = {
    ...evidence,
    lastDataMs: (treatment?.exposures ?? 0) > 0 ? window.endMs : evidence.lastDataMs,
    sketch: mergeSketches(fadeSketch(evidence.sketch, window.fading), binsOf(treatment)),
  };
  if (counts === undefined) return seen;
  if (window.isBurnIn) {
    return { ...seen, burnIn: evidence.burnIn && addRateWindow(CATASTROPHE_TEST, evidence.burnIn, counts[0]!) };
  }
  const test = testOf(metric);
  const representative = counts[metric.kind === 'duration' ? TAIL : 0]!;
  return {
    ...seen,
    tests: evidence.tests.map((part, index) => addRateWindow(test, part, counts[index]!)),
    likelihood: addLikelihoodWindow(RELATIVE_RISKS, evidence.likelihood, representative, test.eta),
  };
}

/** log E that the treatment is worse than the guardrail's margin allows. */
export function guardrailLogE(metric: MetricDefinition, { tests }: GuardrailEvidence): number {
  const test = testOf(metric);
  return combineEvidence(tests.map((part) => ({ logE: armedLogE(test, part, metric.goodDirection), weight: 1 })));
}

/** log E that the treatment is worse than a catastrophe's bound, in burn-in; undefined where that is not watched. */
export function burnInLogE({ burnIn }: GuardrailEvidence): number | undefined {
  return burnIn === null ? undefined : armedLogE(CATASTROPHE_TEST, burnIn, 'lower');
}

/** Lowering an e-value keeps it one, so a test that is not armed yet simply may not count for more than 1. */
function armedLogE(test: MixtureTest, evidence: RateEvidence, goodDirection: 'lower' | 'higher'): number {
  const { xT, xC } = evidence.totals;
  const isArmed = (goodDirection === 'lower' ? xT : xC) >= MIN_UNITS_WITH_EVENT;
  const logE = logEValue(test, evidence);
  return isArmed ? logE : Math.min(0, logE);
}

function testOf({ kind, goodDirection, margin }: MetricDefinition): MixtureTest {
  return harmTest({ goodDirection, margin, eta: kind === 'duration' ? LATENCY_ETA : 1 });
}

/** The window as counts for each test; undefined when one side says nothing. */
function countsOf({ treatment, control, thresholds }: GuardrailWindow): readonly WindowCounts[] | undefined {
  if (treatment === undefined || control === undefined) return undefined;
  if (treatment.kind === 'rate' && control.kind === 'rate') {
    return [{ nT: treatment.exposures, nC: control.exposures, xT: treatment.events, xC: control.events }];
  }
  return thresholds && slowCounts(thresholds, binsOf(treatment), binsOf(control));
}

function binsOf(window: MetricWindow | undefined): DurationSketch {
  return window?.kind === 'duration' ? window.bins : {};
}
