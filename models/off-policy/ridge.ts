import { choleskyOf, solveLower, solveUpper } from '../cholesky.ts';

/** Coefficients of a linear model, in the order of its inputs; a bias is an input that is always 1. */
export type Coefficients = readonly number[];

/** Inputs φ and outcome r of one observation. */
export interface Observation {
  readonly inputs: readonly number[];
  readonly outcome: number;
}

/** Ridge regression (ΦᵀΦ + λI)θ = Φᵀr, λ > 0, by a Cholesky factor (Hoerl & Kennard 1970); zeros without observations. */
export function fitRidge(observations: readonly Observation[], inputCount: number, lambda: number): Coefficients {
  const A = Array.from({ length: inputCount }, (_, i) =>
    Array.from({ length: inputCount }, (_unused, j) => (i === j ? lambda : 0)),
  );
  const c = Array.from({ length: inputCount }, () => 0);
  for (const { inputs, outcome } of observations) {
    for (let i = 0; i < inputCount; i += 1) {
      // Many inputs are indicators.
      if (inputs[i] === 0) continue;
      c[i]! += inputs[i]! * outcome;
      for (let j = 0; j <= i; j += 1) A[i]![j]! += inputs[i]! * inputs[j]!;
    }
  }
  const L = choleskyOf(A);
  return solveUpper(L, solveLower(L, c));
}

/** θᵀφ. */
export function predictLinear(theta: Coefficients, inputs: readonly number[]): number {
  return theta.reduce((total, coefficient, i) => total + coefficient * inputs[i]!, 0);
}
