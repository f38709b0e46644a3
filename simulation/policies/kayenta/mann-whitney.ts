import { normalQuantile } from '../../../models/index.ts';
import { findRoot } from './find-root.ts';

/** Shift of the experiment against control: the Hodges-Lehmann estimate and its confidence interval. */
export interface ShiftInterval {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}

const TOLERANCE = 1e-4;

/**
 * The shift μ at which the rank sum of x − μ among x − μ and y is what chance would give, and its interval.
 *
 * W(μ, z) = (d − sign(d)/2)/σ − z by the normal approximation with continuity and tie correction, inverted in z (the
 * asymptotic interval of R's `wilcox.test`, which Kayenta ported). Both samples sorted, not all values the same.
 */
export function shiftInterval(x: Float64Array, y: Float64Array, confidence: number): ShiftInterval {
  const from = x[0]! - y.at(-1)!;
  const to = x.at(-1)! - y[0]!;
  const z = normalQuantile((1 - confidence) / 2);
  const root = (quantile: number): number => {
    const w = (mu: number) => standardisedRanks(x, y, mu) - quantile;
    if (!(w(from) > 0)) return from;
    if (!(w(to) < 0)) return to;
    return findRoot(w, { from, to, tolerance: TOLERANCE });
  };
  return { estimate: root(0), lower: root(-z), upper: root(z) };
}

function standardisedRanks(x: Float64Array, y: Float64Array, mu: number): number {
  const [m, n] = [x.length, y.length];
  const { rankSum, tieCubes } = ranksOf(x, y, mu);
  const d = rankSum - (m * (m + 1)) / 2 - (m * n) / 2;
  const total = m + n;
  const sigma = Math.sqrt(((m * n) / 12) * (total + 1 - tieCubes / (total * (total - 1))));
  return (d - 0.5 * Math.sign(d)) / sigma;
}

/** Average ranks of x − mu among x − mu and y, both sorted. */
export interface Ranks {
  readonly rankSum: number;
  /** Σ (t³ − t) over groups of t equal values. */
  readonly tieCubes: number;
}

/** Ranks by merging: subtracting mu keeps the order. */
export function ranksOf(x: Float64Array, y: Float64Array, mu: number): Ranks {
  let [i, j, ranked, rankSum, tieCubes] = [0, 0, 0, 0, 0];
  while (i < x.length || j < y.length) {
    const value = Math.min(i < x.length ? x[i]! - mu : Infinity, j < y.length ? y[j]! : Infinity);
    const [firstI, firstJ] = [i, j];
    while (i < x.length && x[i]! - mu === value) i += 1;
    while (j < y.length && y[j]! === value) j += 1;
    const t = i - firstI + j - firstJ;
    rankSum += (i - firstI) * (ranked + (t + 1) / 2);
    tieCubes += t * t * t - t;
    ranked += t;
  }
  return { rankSum, tieCubes };
}
