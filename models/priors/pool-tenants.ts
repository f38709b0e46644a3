import { sum } from '../averages.ts';
import type { ClippedStatistics } from './clipped-statistics.ts';
import type { EffectSpread } from './effect-estimates.ts';

/** One tenant's part in a pool; who opted out is left out at the next fit. */
export interface PoolMember {
  readonly statistics: ClippedStatistics;
  readonly hasOptedOut: boolean;
}

const MIN_TENANTS = 10;
const MIN_ROLLOUTS = 30;

/**
 * The spread of effects over tenants; undefined for fewer than 10 tenants or 30 rollouts.
 *
 * Moments of the clipped sums, a tenant weighing as many rollouts as it has, but at most a tenth of the whole. Taking one
 * tenant away moves the weights by 0.2 at most in total variation (its own tenth, and as much that others gain), so the
 * mean by at most 0.2 times the width of the clip.
 */
export function poolTenants(members: readonly PoolMember[]): EffectSpread | undefined {
  const taking = members.filter(({ hasOptedOut }) => !hasOptedOut).map(({ statistics }) => statistics);
  const rollouts = sum(taking.map(({ k }) => k));
  if (taking.length < MIN_TENANTS || rollouts < MIN_ROLLOUTS) return undefined;
  const most = largestCount(taking.map(({ k }) => k));
  const counted = taking.map(({ k }) => Math.min(k, most));
  const average = (of: (statistics: ClippedStatistics) => number) =>
    sum(taking.map((statistics, i) => (counted[i]! * of(statistics)) / statistics.k)) / sum(counted);
  const mean = average((statistics) => statistics.sum);
  const noise = average((statistics) => statistics.sumOfSquaredErrors);
  const variance = average((statistics) => statistics.sumOfSquares) - mean ** 2 - noise;
  return { mean, sd: Math.sqrt(Math.max(0, variance)), rollouts };
}

/** The largest c for which no min(k_i, c) is above a tenth of Σ min(k_i, c). */
function largestCount(counts: readonly number[]): number {
  const sorted = counts.toSorted((a, b) => b - a);
  for (let capped = 0; capped < MIN_TENANTS; capped += 1) {
    const c = sum(sorted.slice(capped)) / (MIN_TENANTS - capped);
    if (sorted[capped]! <= c) return capped === 0 ? sorted[0]! : c;
  }
  return sorted[MIN_TENANTS - 1]!;
}
