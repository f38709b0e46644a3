import type { MetricDefinition, MetricWindow } from '../../domain/index.ts';
import {
  addDenseWindow,
  addRateWindow,
  addValueWindow,
  adjustedSums,
  type DenseRateEvidence,
  type DenseRateTest,
  denseRateEvidenceSince,
  denseRateTest,
  emptyDenseRateEvidence,
  emptyRateEvidence,
  emptyValueEvidence,
  flatSketch,
  harmTest,
  LATENCY_ETA,
  logDenseEValue,
  logValueEValue,
  type MixtureTest,
  type RateEvidence,
  rateEvidenceSince,
  SLOW_QUANTILES,
  type SlowThresholds,
  slowCounts,
  type ValueEvidence,
  type ValueSums,
  type ValueTest,
  valueEvidenceSince,
  type WindowCounts,
  withPriorMasses,
} from '../../models/index.ts';
import type { Sides } from './read-window.ts';

/** One way of looking at a guardrail. All of it follows from the definition, so it is fixed before the first window. */
export type Monitor =
  | { readonly kind: 'exact'; readonly test: MixtureTest; readonly quantile?: number }
  | { readonly kind: 'dense'; readonly test: DenseRateTest }
  | { readonly kind: 'value'; readonly test: ValueTest };

/** What one source's windows say to one monitor; plain JSON. */
export type MonitorEvidence = RateEvidence | DenseRateEvidence | ValueEvidence;

/** Above this dispersion the exact process gives away too much, and shares the evidence with the bound for bursts. */
const DENSE_FROM_DISPERSION = 2;

/**
 * The monitors of a guardrail; their e-values are averaged.
 *
 * A rate of nearly independent events has the exact process. One that comes in bursts has that process tempered, which
 * is best for few events, and the bound with over-dispersion, which is best for many: the average needs no guess of
 * the traffic beforehand. A duration has the exact process at each quantile of control.
 */
export function monitorsOf(metric: MetricDefinition, alpha: number): readonly Monitor[] {
  const known = made.get(metric);
  if (known?.alpha === alpha) return known.monitors;
  const monitors = makeMonitors(metric, alpha);
  made.set(metric, { alpha, monitors });
  return monitors;
}

/** They follow from the definition alone, and each pass asks for them many times. */
const made = new WeakMap<MetricDefinition, { readonly alpha: number; readonly monitors: readonly Monitor[] }>();

function makeMonitors(metric: MetricDefinition, alpha: number): readonly Monitor[] {
  const { kind, goodDirection, margin, dispersion, prior } = metric;
  const test = harmTest({ goodDirection, margin, eta: etaOf(metric) });
  const exact = { kind: 'exact', test: prior === undefined ? test : withPriorMasses(test, prior) } as const;
  switch (kind) {
    case 'rate':
      return dispersion <= DENSE_FROM_DISPERSION
        ? [exact]
        : [exact, { kind: 'dense', test: denseRateTest({ goodDirection, margin, dispersion, alpha }) }];
    case 'duration':
      return SLOW_QUANTILES.map((_, quantile) => ({ ...exact, quantile }));
    case 'value':
      return [{ kind: 'value', test: { goodDirection, margin } }];
  }
}

/** Tempering of counts: the dispersion's inverse, and for durations no more than `LATENCY_ETA`. */
export function etaOf({ kind, dispersion }: Pick<MetricDefinition, 'kind' | 'dispersion'>): number {
  return kind === 'duration' ? Math.min(LATENCY_ETA, 1 / dispersion) : 1 / dispersion;
}

/** A monitor's state before the first window. */
export function emptyMonitorEvidence(monitor: Monitor): MonitorEvidence {
  switch (monitor.kind) {
    case 'exact':
      return emptyRateEvidence(monitor.test);
    case 'dense':
      return emptyDenseRateEvidence();
    case 'value':
      return emptyValueEvidence();
  }
}

/** What a source's window says to monitors of counts; undefined when one side says nothing. */
export function countsOf(
  { treatment, control }: Sides,
  thresholds: SlowThresholds | undefined,
): readonly WindowCounts[] | undefined {
  if (treatment?.kind === 'rate' && control?.kind === 'rate') {
    return [{ nT: treatment.exposures, nC: control.exposures, xT: treatment.events, xC: control.events }];
  }
  if (treatment?.kind !== 'duration' || control?.kind !== 'duration') return undefined;
  return thresholds && slowCounts(thresholds, flatSketch(treatment.bins), flatSketch(control.bins));
}

/** Adds one source's window; one that says nothing about a side changes nothing. */
export function addToMonitor(
  monitor: Monitor,
  evidence: MonitorEvidence,
  {
    sides,
    counts,
    metric,
  }: { readonly sides: Sides; readonly counts: readonly WindowCounts[] | undefined; readonly metric: MetricDefinition },
): MonitorEvidence {
  switch (monitor.kind) {
    case 'exact':
      return counts === undefined
        ? evidence
        : addRateWindow(monitor.test, evidence as RateEvidence, counts[monitor.quantile ?? 0]!);
    case 'dense':
      return counts === undefined ? evidence : addDenseWindow(monitor.test, evidence as DenseRateEvidence, counts[0]!);
    case 'value': {
      const [treatment, control] = [valueSumsOf(sides.treatment, metric), valueSumsOf(sides.control, metric)];
      return treatment && control ? addValueWindow(evidence as ValueEvidence, { treatment, control }) : evidence;
    }
  }
}

/** What a source added to a monitor since an earlier state; all of it where there is none. */
export function monitorSince(
  monitor: Monitor,
  now: MonitorEvidence,
  before: MonitorEvidence | undefined,
): MonitorEvidence {
  if (before === undefined) return now;
  switch (monitor.kind) {
    case 'exact':
      return rateEvidenceSince(now as RateEvidence, before as RateEvidence);
    case 'dense':
      return denseRateEvidenceSince(now as DenseRateEvidence, before as DenseRateEvidence);
    case 'value':
      return valueEvidenceSince(now as ValueEvidence, before as ValueEvidence);
  }
}

/** ln-evidence of one source for each alternative of a monitor, and the alternatives' masses. */
export function logPartsOf(monitor: Monitor, evidence: MonitorEvidence): readonly number[] {
  switch (monitor.kind) {
    case 'exact':
      return (evidence as RateEvidence).logRatios;
    case 'dense':
      return [logDenseEValue(monitor.test, evidence as DenseRateEvidence)];
    case 'value':
      return [logValueEValue(monitor.test, evidence as ValueEvidence)];
  }
}

/** Prior masses of a monitor's alternatives. */
export function massesOf(monitor: Monitor): readonly number[] {
  return monitor.kind === 'exact' ? monitor.test.pi : [1];
}

/** Sums of a value, adjusted by the covariate where both it and its coefficient are known. */
export function valueSumsOf(
  window: MetricWindow | undefined,
  { covariate: model }: MetricDefinition,
): ValueSums | undefined {
  if (window?.kind !== 'value') return undefined;
  const { exposures: n, sum, sumOfSquares, nonZero, covariate } = window;
  const known = nonZero === undefined ? {} : { nonZero };
  if (model === undefined || covariate === undefined) return { n, sum, sumOfSquares, ...known };
  const adjusted = adjustedSums(
    { theta: model.coefficient, meanX: model.mean },
    {
      n,
      sumY: sum,
      sumYY: sumOfSquares,
      sumX: covariate.sum,
      sumXX: covariate.sumOfSquares,
      sumXY: covariate.sumOfProducts,
    },
  );
  return { ...adjusted, ...known };
}
