import type { Conditions, MeasurementPhase } from './measurement.ts';

/** One metric of an AnalysisTemplate. */
export interface AnalysisMetric extends Conditions {
  /** The value is the share of requests without this. */
  readonly without: 'errors' | 'slow';
  /** Range of the query. */
  readonly rangeMs: number;
  /** Time between measurements; null: measure once, or as often as `count` says without waiting. */
  readonly intervalMs: number | null;
  readonly initialDelayMs: number;
  /** Measurements wanted; null: one without an interval, endless with one. */
  readonly count: number | null;
  /** Tolerated failures; −1: any number. */
  readonly failureLimit: number;
  readonly inconclusiveLimit: number;
  readonly consecutiveErrorLimit: number;
  /** Successes in a row that end the metric; 0: not asked for. */
  readonly consecutiveSuccessLimit: number;
}

/** What was counted of a metric's measurements. */
export interface MeasurementCounts {
  readonly count: number;
  readonly failed: number;
  readonly inconclusive: number;
  readonly consecutiveErrors: number;
  readonly consecutiveSuccesses: number;
}

/** The counts before the first measurement. */
export const NO_MEASUREMENTS: MeasurementCounts = {
  count: 0,
  failed: 0,
  inconclusive: 0,
  consecutiveErrors: 0,
  consecutiveSuccesses: 0,
};

/** Adds a measurement: an error is not counted as one, and only a success ends a row of errors gently. */
export function addMeasurement(counts: MeasurementCounts, phase: MeasurementPhase): MeasurementCounts {
  const { count, failed, inconclusive, consecutiveErrors, consecutiveSuccesses } = counts;
  const judged = { ...counts, count: count + 1, consecutiveErrors: 0, consecutiveSuccesses: 0 };
  switch (phase) {
    case 'error':
      return { ...counts, consecutiveErrors: consecutiveErrors + 1, consecutiveSuccesses: 0 };
    case 'successful':
      return { ...judged, consecutiveSuccesses: consecutiveSuccesses + 1 };
    case 'failed':
      return { ...judged, failed: failed + 1 };
    case 'inconclusive':
      return { ...judged, inconclusive: inconclusive + 1 };
  }
}

/** Where a metric or a run stands. */
export type AnalysisPhase = 'successful' | 'running' | 'inconclusive' | 'error' | 'failed';

/**
 * Phase of a metric by its counts (argoproj/argo-rollouts, `analysis/analysis.go`, `assessMetricStatus`).
 *
 * A later line overrides an earlier one, so too many errors hide a failure; and a limit of 3 needs a fourth failure.
 */
export function phaseOfMetric(metric: AnalysisMetric, counts: MeasurementCounts): AnalysisPhase {
  const { failureLimit, inconclusiveLimit, consecutiveErrorLimit, consecutiveSuccessLimit } = metric;
  if (counts.consecutiveErrors > consecutiveErrorLimit) return 'error';
  if (counts.inconclusive > inconclusiveLimit) return 'inconclusive';
  if (failureLimit >= 0 && counts.failed > failureLimit) return 'failed';
  const wantsSuccesses = consecutiveSuccessLimit > 0;
  if (wantsSuccesses && counts.consecutiveSuccesses >= consecutiveSuccessLimit) return 'successful';
  if (counts.count < wantedCount(metric)) return 'running';
  if (!wantsSuccesses) return 'successful';
  return failureLimit >= 0 ? 'inconclusive' : 'failed';
}

function wantedCount({ count, intervalMs }: AnalysisMetric): number {
  return count ?? (intervalMs === null ? 1 : Number.POSITIVE_INFINITY);
}

/** From best to worst. */
const ORDER: readonly AnalysisPhase[] = ['successful', 'running', 'inconclusive', 'error', 'failed'];

/** Phase of a run: the worst of its metrics. */
export function worstPhase(phases: readonly AnalysisPhase[]): AnalysisPhase {
  return ORDER[Math.max(0, ...phases.map((phase) => ORDER.indexOf(phase)))]!;
}
