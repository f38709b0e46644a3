/** What was taken from runs: a value each, and which seed it came from. */
export interface Sample {
  /** Positions among the seeds of the table. */
  readonly seeds: Int32Array;
  readonly values: Float64Array;
}

/** How often each seed counts: once each, or as drawn. */
export type SeedWeights = Uint16Array;

/** A sample added up by seed, from which its mean is made quickly under any weights. */
export interface SeedTotals {
  readonly sums: Float64Array;
  readonly counts: Float64Array;
}

/** Adds a sample up by seed. */
export function seedTotals({ seeds, values }: Sample, seedCount: number): SeedTotals {
  const sums = new Float64Array(seedCount);
  const counts = new Float64Array(seedCount);
  for (const [row, seed] of seeds.entries()) {
    sums[seed]! += values[row]!;
    counts[seed]! += 1;
  }
  return { sums, counts };
}

/** Mean of a sample under weights; NaN when nothing counts. */
export function weightedMean({ sums, counts }: SeedTotals, weights: SeedWeights): number {
  let [sum, count] = [0, 0];
  for (let seed = 0; seed < weights.length; seed += 1) {
    sum += weights[seed]! * sums[seed]!;
    count += weights[seed]! * counts[seed]!;
  }
  return sum / count;
}

/**
 * The smallest value that at least `p` of the weight does not exceed, of a sample sorted by value; NaN when nothing
 * counts.
 *
 * The inverse of the empirical distribution: always a value that was seen, the lower of two in the middle.
 */
export function weightedQuantile({ seeds, values }: Sample, weights: SeedWeights, p: number): number {
  let total = 0;
  for (let row = 0; row < seeds.length; row += 1) total += weights[seeds[row]!]!;
  let seen = 0;
  for (let row = 0; row < values.length; row += 1) {
    seen += weights[seeds[row]!]!;
    if (seen > 0 && seen >= p * total) return values[row]!;
  }
  return Number.NaN;
}

/** The same sample, by rising value. */
export function sortedSample({ seeds, values }: Sample): Sample {
  const order = Array.from(values.keys()).sort((a, b) => values[a]! - values[b]! || a - b);
  return {
    seeds: Int32Array.from(order, (row) => seeds[row]!),
    values: Float64Array.from(order, (row) => values[row]!),
  };
}
