/// <reference path="./ml-regression.d.ts" />
import { TheilSenRegression } from 'ml-regression';

/**
 * Slope of values at 0, 1, 2, …: the median of all pairwise slopes (Theil 1950; Sen, JASA 1968).
 *
 * Up to 29 % of the values may be anything. Of an even number of slopes the library takes the lower of the two in the
 * middle. Time grows with the square of their number; 0 for fewer than two.
 */
export function theilSenSlope(values: readonly number[]): number {
  if (values.length < 2) return 0;
  return new TheilSenRegression(
    values.map((_, i) => i),
    values,
  ).slope;
}
