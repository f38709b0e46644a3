import type { RecentSums } from '../arms/recent-sums.ts';
import {
  type AnalysisMetric,
  type AnalysisPhase,
  addMeasurement,
  NO_MEASUREMENTS,
  phaseOfMetric,
  worstPhase,
} from './analysis-metric.ts';
import { judgeMeasurement } from './measurement.ts';

/** A metric, and what its query sees. */
export interface MeasuredMetric {
  readonly metric: AnalysisMetric;
  readonly recent: RecentSums;
}

/** Starts an AnalysisRun; the answer takes the measurements that are due, and gives the run's phase. */
export function startAnalysis(
  metrics: readonly MeasuredMetric[],
  startedAtMs: number,
): (nowMs: number) => AnalysisPhase {
  const runs = metrics.map((measured) => startMetric(measured, startedAtMs));
  return (nowMs) => worstPhase(runs.map((run) => run(nowMs)));
}

const ERROR_RETRY_MS = 10_000;

function startMetric({ metric, recent }: MeasuredMetric, startedAtMs: number): (nowMs: number) => AnalysisPhase {
  let counts = NO_MEASUREMENTS;
  let phase: AnalysisPhase = 'running';
  let nextMs = startedAtMs + metric.initialDelayMs;
  return (nowMs) => {
    if (phase !== 'running' || nowMs < nextMs) return phase;
    const measured = judgeMeasurement(valueNow(metric, recent), metric);
    counts = addMeasurement(counts, measured);
    phase = phaseOfMetric(metric, counts);
    nextMs = nowMs + (measured === 'error' ? ERROR_RETRY_MS : (metric.intervalMs ?? 0));
    return phase;
  };
}

function valueNow({ without }: AnalysisMetric, { sums }: RecentSums): number | null {
  return sums.exposures > 0 ? 1 - sums[without] / sums.exposures : null;
}
