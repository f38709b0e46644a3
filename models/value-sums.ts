/** Sufficient statistics of one number per unit, over the units of one variant; plain JSON. */
export interface ValueSums {
  /** Units, ≥ 0; a unit without events counts with 0. */
  readonly n: number;
  readonly sum: number;
  readonly sumOfSquares: number;
  /** Units whose number is not 0, where it was counted. */
  readonly nonZero?: number;
}

/** The sums of no units. */
export const NO_VALUES: ValueSums = { n: 0, sum: 0, sumOfSquares: 0, nonZero: 0 };

/** The sums of both groups of units together. */
export function addSums(left: ValueSums, right: ValueSums): ValueSums {
  return {
    n: left.n + right.n,
    sum: left.sum + right.sum,
    sumOfSquares: left.sumOfSquares + right.sumOfSquares,
    nonZero: nonZeroUnits(left) + nonZeroUnits(right),
  };
}

/** The sums of the units that are in the first group and not in the second, which is part of it. */
export function subtractSums(all: ValueSums, part: ValueSums): ValueSums {
  return {
    n: all.n - part.n,
    sum: all.sum - part.sum,
    sumOfSquares: all.sumOfSquares - part.sumOfSquares,
    nonZero: nonZeroUnits(all) - nonZeroUnits(part),
  };
}

/**
 * Units whose number is not 0; where nobody counted, the fewest that sums like these can have.
 *
 * That is (Σy)²/Σy² rounded up, by the Cauchy–Schwarz inequality over the units that are not 0.
 */
export function nonZeroUnits({ sum, sumOfSquares, nonZero }: ValueSums): number {
  if (nonZero !== undefined) return nonZero;
  return sumOfSquares === 0 ? 0 : Math.ceil((sum * sum) / sumOfSquares - ROUNDING);
}

/** Sums of squared deviations from a mean, and the degrees of freedom in them: both add up over groups of units. */
export interface Spread {
  readonly squares: number;
  readonly degrees: number;
}

/** The spread of some units around their own mean; nothing is known from fewer than two. */
export function spreadOf({ n, sum, sumOfSquares }: ValueSums): Spread {
  if (n < 2) return { squares: 0, degrees: 0 };
  return { squares: Math.max(0, sumOfSquares - (sum * sum) / n), degrees: n - 1 };
}

/** The variance that a spread stands for; 0 where nothing is known. */
export function varianceOf({ squares, degrees }: Spread): number {
  return degrees === 0 ? 0 : squares / degrees;
}

/** Two spreads as one. */
export function addSpreads(left: Spread, right: Spread): Spread {
  return { squares: left.squares + right.squares, degrees: left.degrees + right.degrees };
}

/** Sums of doubles are only known to so much of their size. */
const ROUNDING = 1e-9;

/** One impossible sum would poison the evidence for ever, so it must not get in. */
export function assertSums(sums: ValueSums): void {
  const { n, sum, sumOfSquares, nonZero = 0 } = sums;
  const isNumber = Number.isFinite(n + sum + sumOfSquares);
  const isCount = n >= 0 && nonZero >= 0 && nonZero <= n;
  const isPossible = sum * sum <= n * sumOfSquares * (1 + ROUNDING);
  if (!isNumber || !isCount || !isPossible) throw new Error(`impossible sums of values: ${JSON.stringify(sums)}`);
}
