import type { ValueSums } from '../value-sums.ts';

/** What the windows so far say about the difference of two arms in one metric; plain JSON. Sums over windows are Σ. */
export interface Contrast {
  /** Σ (1 − θ)(x_A − n_A m) − θ (x_B − n_B m): the estimated difference times `weight`. */
  readonly s: number;
  /** Σ of the squares of its terms, its accumulated variance. */
  readonly v: number;
  /** Σ θ(1 − θ)(n_A + n_B). */
  readonly weight: number;
}

/** The state before the first window. */
export const NO_CONTRAST: Contrast = { s: 0, v: 0, weight: 0 };

/** One window, or one source's part of it, of two arms A and B. */
export interface ContrastWindow {
  readonly a: ValueSums;
  readonly b: ValueSums;
  /** θ, the share of A among the units that were meant for either, in (0, 1): known before the window. */
  readonly theta: number;
  /** m, what the mean was before the window, the same for both. */
  readonly centre: number;
  /** Variance of the metric's sums as a multiple of what independent units would have, ≥ 1. */
  readonly dispersion: number;
}

/**
 * Adds one closed window.
 *
 * A unit of the pair is in A with the known chance θ, so each term has the mean θ(1 − θ)(μ_A − μ_B) whatever m is, whatever the
 * shares were before, and whatever the base rate does: the augmented inverse-propensity estimate of a difference (Robins,
 * Rotnitzky & Zhao 1994) times its weight. A centre that is near the mean only makes it exact sooner, and makes a share that is a
 * little off count for little. Arms without units in a window need no other treatment than those with many.
 */
export function addContrastWindow({ s, v, weight }: Contrast, window: ContrastWindow): Contrast {
  const { a, b, theta, centre, dispersion } = window;
  const [overA, overB] = [a.sum - a.n * centre, b.sum - b.n * centre];
  const squares = (1 - theta) ** 2 * squaresAround(a, centre) + theta ** 2 * squaresAround(b, centre);
  return {
    s: s + (1 - theta) * overA - theta * overB,
    v: v + dispersion * squares,
    weight: weight + theta * (1 - theta) * (a.n + b.n),
  };
}

/** Σ (y − m)², from the sums of y. */
function squaresAround({ n, sum, sumOfSquares }: ValueSums, m: number): number {
  return Math.max(0, sumOfSquares - 2 * m * sum + n * m * m);
}
