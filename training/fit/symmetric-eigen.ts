/** Eigenvectors of a symmetric matrix as rows, the one with the largest eigenvalue first. */
export interface Eigen {
  readonly values: readonly number[];
  readonly vectors: readonly (readonly number[])[];
}

/** Eigenvalues and orthonormal eigenvectors by cyclic Jacobi rotations (Golub and Van Loan, section 8.5). */
export function symmetricEigen(matrix: readonly (readonly number[])[]): Eigen {
  const size = matrix.length;
  const a = matrix.map((row) => Float64Array.from(row));
  const v = matrix.map((_, index) =>
    Float64Array.from({ length: size }, (_unused, other) => (index === other ? 1 : 0)),
  );
  for (let sweep = 0; sweep < MAX_SWEEPS && offDiagonal(a) > ENOUGH * diagonal(a); sweep += 1) {
    for (let p = 0; p < size - 1; p += 1) for (let q = p + 1; q < size; q += 1) rotate(a, v, p, q);
  }
  const order = [...a.keys()].sort((i, j) => a[j]![j]! - a[i]![i]!);
  return {
    values: order.map((index) => a[index]![index]!),
    vectors: order.map((index) => withFixedSign(v.map((row) => row[index]!))),
  };
}

const MAX_SWEEPS = 60;
const ENOUGH = 1e-28;

/** Makes a_pq = 0 by a rotation in the plane of p and q. */
function rotate(a: readonly Float64Array[], v: readonly Float64Array[], p: number, q: number): void {
  const apq = a[p]![q]!;
  if (apq === 0) return;
  const tau = (a[q]![q]! - a[p]![p]!) / (2 * apq);
  const t = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.hypot(1, tau));
  const c = 1 / Math.hypot(1, t);
  const s = t * c;
  for (const row of a) turn(row, p, q, c, s);
  turnRows(a[p]!, a[q]!, c, s);
  for (const row of v) turn(row, p, q, c, s);
}

function turn(row: Float64Array, p: number, q: number, c: number, s: number): void {
  const [x, y] = [row[p]!, row[q]!];
  row[p] = c * x - s * y;
  row[q] = s * x + c * y;
}

function turnRows(first: Float64Array, second: Float64Array, c: number, s: number): void {
  for (let index = 0; index < first.length; index += 1) {
    const [x, y] = [first[index]!, second[index]!];
    first[index] = c * x - s * y;
    second[index] = s * x + c * y;
  }
}

/** A direction and its opposite are the same axis; the one with a positive largest part is kept. */
function withFixedSign(vector: readonly number[]): readonly number[] {
  const largest = vector.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  return largest < 0 ? vector.map((value) => -value) : vector;
}

function offDiagonal(a: readonly Float64Array[]): number {
  return a.reduce((sum, row, i) => sum + row.reduce((part, value, j) => (i === j ? part : part + value * value), 0), 0);
}

function diagonal(a: readonly Float64Array[]): number {
  return a.reduce((sum, row, i) => sum + row[i]! * row[i]!, 0);
}
