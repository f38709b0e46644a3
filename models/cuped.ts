import type { ValueSums } from './value-sums.ts';

/** Sums over units of a value Y and of a covariate X of the same unit from before the rollout; plain JSON. */
export interface PairedSums {
  /** Units, an integer ≥ 0. */
  readonly n: number;
  readonly sumY: number;
  readonly sumYY: number;
  readonly sumX: number;
  readonly sumXX: number;
  readonly sumXY: number;
}

/** How much of a value the covariate explains: frozen before the first window, or the adjustment is not valid. */
export interface CupedCoefficient {
  /** θ = Cov(Y, X) / Var(X). */
  readonly theta: number;
  readonly meanX: number;
}

/**
 * θ and the mean of X from units of the past, pooled within their groups (variants of an earlier rollout, days, …).
 *
 * θ is 0, so nothing is adjusted, where X never differs inside a group. Deng, Xu, Kohavi & Walker, WSDM 2013.
 */
export function cupedCoefficient(past: readonly PairedSums[]): CupedCoefficient {
  const groups = past.filter(({ n }) => n > 0);
  const total = (of: (group: PairedSums) => number) => groups.reduce((sum, group) => sum + of(group), 0);
  const covariance = total(({ n, sumX, sumY, sumXY }) => sumXY - (sumX * sumY) / n);
  const variance = total(({ n, sumX, sumXX }) => Math.max(0, sumXX - (sumX * sumX) / n));
  const n = total((group) => group.n);
  return {
    theta: variance <= total(({ sumXX }) => sumXX) * ROUNDING ? 0 : covariance / variance,
    meanX: n === 0 ? 0 : total(({ sumX }) => sumX) / n,
  };
}

/** A variance below this share of the squares is what rounding leaves of none. */
const ROUNDING = 1e-12;

/**
 * Sums of the adjusted value Y' = Y − θ (X − mean X): same mean of the difference, variance smaller by 1 − corr².
 *
 * Both sides are adjusted by the same θ and mean X. Deng et al. 2013.
 */
export function adjustedSums({ theta, meanX }: CupedCoefficient, sums: PairedSums): ValueSums {
  const { n, sumY, sumYY, sumX, sumXX, sumXY } = sums;
  const centredX = sumX - n * meanX;
  const centredXX = sumXX - 2 * meanX * sumX + n * meanX * meanX;
  const centredXY = sumXY - meanX * sumY;
  return {
    n,
    sum: sumY - theta * centredX,
    sumOfSquares: Math.max(0, sumYY - 2 * theta * centredXY + theta * theta * centredXX),
  };
}
