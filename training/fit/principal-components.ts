import type { InputMatrix } from './input-matrix.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

/** The directions in which standardised rows differ most, as orthonormal rows, the most important first. */
export function principalComponents(
  { width, values }: InputMatrix,
  weights: readonly number[],
  count: number,
): readonly (readonly number[])[] {
  const covariance = Array.from({ length: width }, () => new Float64Array(width));
  weights.forEach((weight, row) => {
    const at = row * width;
    for (let i = 0; i < width; i += 1)
      for (let j = 0; j < width; j += 1) covariance[i]![j]! += weight * values[at + i]! * values[at + j]!;
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return symmetricEigen(covariance.map((row) => Array.from(row, (sum) => sum / total))).vectors.slice(0, count);
}
