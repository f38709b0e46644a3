/// <reference path="./ml-regression.d.ts" />
import { MultivariateLinearRegression } from 'ml-regression';

/** Coefficients of a least-squares fit of targets on inputs, the constant first. */
export function fitLinear(inputs: readonly (readonly number[])[], targets: readonly number[]): readonly number[] {
  const { weights } = new MultivariateLinearRegression(
    inputs,
    targets.map((target) => [target]),
    { intercept: true, statistics: false },
  );
  const coefficients = weights.map(([weight]) => weight!);
  // The library puts the constant last.
  return [coefficients.at(-1)!, ...coefficients.slice(0, -1)];
}
