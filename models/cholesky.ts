/** A matrix by rows. */
export type Matrix = readonly (readonly number[])[];

/** L with A = LLᵀ, from the lower triangle of a positive definite A. */
export function choleskyOf(A: Matrix): Matrix {
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

/** y with Ly = c. */
export function solveLower(L: Matrix, c: readonly number[]): readonly number[] {
  const y: number[] = [];
  for (const [i, row] of L.entries()) {
    let rest = c[i]!;
    for (let k = 0; k < i; k += 1) rest -= y[k]! * row[k]!;
    y.push(rest / row[i]!);
  }
  return y;
}

/** θ with Lᵀθ = y. */
export function solveUpper(L: Matrix, y: readonly number[]): readonly number[] {
  const theta = y.map(() => 0);
  for (let i = L.length - 1; i >= 0; i -= 1) {
    let rest = y[i]!;
    for (let k = i + 1; k < L.length; k += 1) rest -= L[k]![i]! * theta[k]!;
    theta[i] = rest / L[i]![i]!;
  }
  return theta;
}
