/** Mean and standard deviation of each feature over the training rows. */
export interface Standardisation {
  readonly mean: readonly number[];
  /** > 0. */
  readonly sd: readonly number[];
}

/**
 * Feature → (value − mean)/sd; an unknown one becomes 0, which is neither good nor bad.
 *
 * `masks` has for each feature the index of the one that is 0 while it is unknown, or −1.
 */
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
