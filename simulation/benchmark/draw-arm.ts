import type { ArmWindow, SegmentCounts } from '../policies/policy.ts';
import { binomialQuantile, dispersedQuantile, poissonQuantile } from './count-quantiles.ts';
import { type KeyedUniform, STREAM } from './keyed-uniforms.ts';
import type { DurationDraw } from './latency-table.ts';
import { quickNormalQuantile } from './quick-normal-quantile.ts';

/** What one arm is expected to show in one tick. */
export interface ArmRates {
  /** Mean number of requests, by segment. */
  readonly requests: readonly number[];
  /** Probability of an error, by segment. */
  readonly errors: readonly number[];
  readonly slow: number;
  /** Stretch of the body of durations. */
  readonly slowness: number;
  readonly conversion: number;
  /** Factor on what a buyer spends. */
  readonly spending: number;
}

/** What does not change from tick to tick. */
export interface ArmService {
  readonly designEffect: number;
  readonly revenueSigma: number;
  readonly drawDurations: DurationDraw;
}

/** What one arm shows, whole and by segment. */
export interface DrawnArm {
  readonly window: ArmWindow;
  readonly segments: readonly SegmentCounts[];
}

/** Median of what a buyer spends. */
const MEDIAN_SPENDING = 30;

/** The counts of one arm in one tick; `arm` keeps its numbers apart from the other arm's. */
export function drawArm(
  { designEffect, revenueSigma, drawDurations }: ArmService,
  rates: ArmRates,
  at: { readonly tick: number; readonly arm: 0 | 1; readonly uniform: KeyedUniform },
): DrawnArm {
  const u = (stream: number, index: number) => at.uniform(stream, at.tick, 2 * index + at.arm);
  const segments = rates.requests.map((mean, index) => {
    const exposures = poissonQuantile(u(STREAM.exposures, index), mean);
    const errors = dispersedQuantile(u(STREAM.errors, index), exposures, { p: rates.errors[index]!, designEffect });
    return { exposures, errors };
  });
  const exposures = segments.reduce((sum, segment) => sum + segment.exposures, 0);
  const slow = dispersedQuantile(u(STREAM.slow, 0), exposures, { p: rates.slow, designEffect });
  const conversions = binomialQuantile(u(STREAM.conversions, 0), exposures, rates.conversion);
  return {
    window: {
      exposures,
      errors: segments.reduce((sum, segment) => sum + segment.errors, 0),
      slow,
      durations: drawDurations({ fast: exposures - slow, slow }, rates.slowness, (cell) => u(STREAM.durations, cell)),
      conversions,
      revenue: revenueOf(conversions, { spending: rates.spending, sigma: revenueSigma, u: u(STREAM.revenue, 0) }),
    },
    segments,
  };
}

/**
 * Sums of log-normal amounts, from one uniform: log-normal again with the same mean and variance (Fenton 1960, "The sum
 * of log-normal probability distributions in scatter transmission systems"), which is exact for one buyer.
 */
function revenueOf(
  buyers: number,
  { spending, sigma, u }: { readonly spending: number; readonly sigma: number; readonly u: number },
): ArmWindow['revenue'] {
  if (buyers === 0) return { sum: 0, sumOfSquares: 0 };
  const z = quickNormalQuantile(u);
  const median = MEDIAN_SPENDING * spending;
  const sum = matched(buyers, median, sigma, z);
  const squares = matched(buyers, median * median, 2 * sigma, z);
  return { sum, sumOfSquares: Math.max(squares, (sum * sum) / buyers) };
}

function matched(count: number, median: number, sigma: number, z: number): number {
  const mean = count * median * Math.exp((sigma * sigma) / 2);
  const variance = Math.log1p(Math.expm1(sigma * sigma) / count);
  return mean * Math.exp(Math.sqrt(variance) * z - variance / 2);
}
