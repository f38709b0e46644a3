import { quantile, sum } from '../averages.ts';

/** How the values of one model input were distributed in training: inner edges of ten bins and the share in each. */
export interface StabilityReference {
  readonly edges: readonly number[];
  /** One more than edges; a tenth each unless values repeat. */
  readonly counts: readonly number[];
}

const BINS = 10;

/** Deciles of the training values; deciles that coincide are one edge. */
export function stabilityReference(training: readonly number[]): StabilityReference {
  const deciles = Array.from({ length: BINS - 1 }, (_, i) => quantile(training, (i + 1) / BINS));
  const edges = [...new Set(deciles)];
  return { edges, counts: countsIn(edges, training) };
}

/**
 * Population stability index Σ(a_i − e_i) ln(a_i/e_i) of actual values against training (Siddiqi 2006, Credit Risk
 * Scorecards); above 0.2 the input has drifted.
 *
 * Half a value is added to every bin of both, so that an empty bin is no infinite drift; 0 without values.
 */
export function populationStability(reference: StabilityReference, values: readonly number[]): number {
  if (values.length === 0) return 0;
  const e = sharesOf(reference.counts);
  const a = sharesOf(countsIn(reference.edges, values));
  return sum(a.map((ai, i) => (ai - e[i]!) * Math.log(ai / e[i]!)));
}

/** How many values lie in (−∞, e_1], (e_1, e_2], …, (e_last, ∞). */
function countsIn(edges: readonly number[], values: readonly number[]): readonly number[] {
  const counts = [...edges, Number.POSITIVE_INFINITY].map(() => 0);
  for (const value of values) {
    const bin = edges.findIndex((edge) => value <= edge);
    counts[bin < 0 ? edges.length : bin]! += 1;
  }
  return counts;
}

function sharesOf(counts: readonly number[]): readonly number[] {
  const total = sum(counts) + counts.length / 2;
  return counts.map((count) => (count + 0.5) / total);
}
