import type { ArmSums } from './arm-sums.ts';

/** What a policy may watch. */
export type WatchedMetric = 'errors' | 'slow' | 'conversions' | 'revenue';

/** Metrics that count requests or units, of which each has the event or not. */
export type CountedMetric = Exclude<WatchedMetric, 'revenue'>;

/** Whether more of it is worse. */
export function isWorseUp(metric: WatchedMetric): boolean {
  return metric === 'errors' || metric === 'slow';
}

/** Size, mean and sample variance of a metric in one arm. */
export interface Moments {
  readonly n: number;
  readonly total: number;
  readonly mean: number;
  readonly variance: number;
}

/** The moments of a metric per exposure; an arm of fewer than two has variance 0. */
export function momentsOf(sums: ArmSums, metric: WatchedMetric): Moments {
  const n = sums.exposures;
  const total = metric === 'revenue' ? sums.revenue : sums[metric];
  const squares = metric === 'revenue' ? sums.revenueSquares : total;
  const mean = n > 0 ? total / n : 0;
  return { n, total, mean, variance: n > 1 ? Math.max(0, (squares - n * mean * mean) / (n - 1)) : 0 };
}
