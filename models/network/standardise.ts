import type { FeatureDefinition } from '../features/feature-set.ts';

/** Mean and standard deviation of each feature over the training rows. */
export interface Standardisation {
  readonly mean: readonly number[];
  /** > 0. */
  readonly sd: readonly number[];
}

/** For each feature the index of its mask, or −1. */
export function maskIndexes(features: readonly FeatureDefinition[]): readonly number[] {
  return features.map(({ mask }) => (mask === undefined ? -1 : features.findIndex(({ name }) => name === mask)));
}

/** Feature → (value − mean)/sd; unknown ones, whose mask is 0, become 0: neither good nor bad. */
export function standardise(
  { mean, sd }: Standardisation,
  masks: readonly number[],
  vector: ArrayLike<number>,
): Float64Array {
  const inputs = new Float64Array(vector.length);
  for (let index = 0; index < vector.length; index += 1) {
    const mask = masks[index]!;
    if (mask >= 0 && vector[mask] === 0) continue;
    inputs[index] = (vector[index]! - mean[index]!) / sd[index]!;
  }
  return inputs;
}
