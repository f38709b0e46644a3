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
  return solved(choleskyOf(A), c);
}

/** θᵀφ. */
export function predictLinear(theta: Coefficients, inputs: readonly number[]): number {
  return theta.reduce((total, coefficient, i) => total + coefficient * inputs[i]!, 0);
}

/** L with A = LLᵀ, from the lower triangle of A. */
function choleskyOf(A: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const L: number[][] = A.map((row) => row.map(() => 0));
  for (let i = 0; i < A.length; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let rest = A[i]![j]!;
      for (let k = 0; k < j; k += 1) rest -= L[i]![k]! * L[j]![k]!;
      L[i]![j] = i === j ? Math.sqrt(rest) : rest / L[j]![j]!;
    }
  }
  return L;
}

function solved(L: readonly (readonly number[])[], c: readonly number[]): Coefficients {
  const y: number[] = [];
  for (const [i, row] of L.entries()) {
    y.push((c[i]! - y.reduce((total, yk, k) => total + row[k]! * yk, 0)) / row[i]!);
  }
  const theta = y.map(() => 0);
  for (let i = L.length - 1; i >= 0; i -= 1) {
    let rest = y[i]!;
    for (let k = i + 1; k < L.length; k += 1) rest -= L[k]![i]! * theta[k]!;
    theta[i] = rest / L[i]![i]!;
  }
  return theta;
}
