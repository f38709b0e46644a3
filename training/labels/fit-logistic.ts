/** One case: inputs, and whether it happened. */
export interface LogisticCase {
  readonly x: readonly number[];
  readonly y: 0 | 1;
}

/** A fitted logistic regression; inputs are centred and scaled first. */
export interface LogisticFit {
  readonly mean: readonly number[];
  readonly scale: readonly number[];
  /** The intercept first. */
  readonly coefficients: readonly number[];
}

/** Penalty ½ λ ‖β‖² on all but the intercept, in cases: without it separable cases have no maximum. */
const PENALTY = 1;
const MAX_ROUNDS = 25;
const ENOUGH = 1e-9;

/** Penalised maximum likelihood by Newton's method (iteratively reweighted least squares); both outcomes must occur. */
export function fitLogistic(cases: readonly LogisticCase[]): LogisticFit {
  const width = cases[0]!.x.length;
  const mean = Array.from({ length: width }, (_, j) => meanOf(cases.map(({ x }) => x[j]!)));
  const scale = mean.map((m, j) => Math.sqrt(meanOf(cases.map(({ x }) => (x[j]! - m) ** 2))) || 1);
  const rows = cases.map(({ x }) => inputsOf({ mean, scale }, x));
  const rate = meanOf(cases.map(({ y }) => y));
  let beta = [Math.log(rate / (1 - rate)), ...mean.map(() => 0)];
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const step = newtonStep(rows, cases, beta);
    // A capped step cannot overshoot into probabilities of 0 and 1.
    const cap = Math.min(1, 2 / Math.max(...step.map(Math.abs), ENOUGH));
    beta = beta.map((value, j) => value + cap * step[j]!);
    if (step.every((value) => Math.abs(value) < ENOUGH)) break;
  }
  return { mean, scale, coefficients: beta };
}

/** P(it happens). */
export function logisticProbability(fit: LogisticFit, x: readonly number[]): number {
  return sigmoid(dot(fit.coefficients, inputsOf(fit, x)));
}

function inputsOf({ mean, scale }: Pick<LogisticFit, 'mean' | 'scale'>, x: readonly number[]): readonly number[] {
  return [1, ...x.map((value, j) => (value - mean[j]!) / scale[j]!)];
}

function newtonStep(
  rows: readonly (readonly number[])[],
  cases: readonly LogisticCase[],
  beta: readonly number[],
): readonly number[] {
  const gradient = beta.map((value, j) => (j === 0 ? 0 : -PENALTY * value));
  const hessian = beta.map((_, j) => beta.map((__, k) => (j === k && j > 0 ? PENALTY : 0)));
  rows.forEach((row, index) => {
    const p = sigmoid(dot(beta, row));
    for (let j = 0; j < row.length; j += 1) {
      gradient[j]! += (cases[index]!.y - p) * row[j]!;
      for (let k = 0; k < row.length; k += 1) hessian[j]![k]! += p * (1 - p) * row[j]! * row[k]!;
    }
  });
  return solve(hessian, gradient);
}

/** Gaussian elimination with partial pivoting; the matrix is positive definite. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): readonly number[] {
  const rows = matrix.map((row, index) => [...row, right[index]!]);
  const n = rows.length;
  for (let column = 0; column < n; column += 1) {
    const pivot = rows
      .slice(column)
      .reduce((best, row) => (Math.abs(row[column]!) > Math.abs(best[column]!) ? row : best));
    const at = rows.indexOf(pivot);
    [rows[column], rows[at]] = [pivot, rows[column]!];
    for (let below = column + 1; below < n; below += 1) {
      const factor = rows[below]![column]! / pivot[column]!;
      for (let k = column; k <= n; k += 1) rows[below]![k]! -= factor * pivot[k]!;
    }
  }
  const solution = rows.map(() => 0);
  for (let row = n - 1; row >= 0; row -= 1) {
    const known = rows[row]!.slice(row + 1, n).reduce((sum, value, k) => sum + value * solution[row + 1 + k]!, 0);
    solution[row] = (rows[row]![n]! - known) / rows[row]![row]!;
  }
  return solution;
}

function sigmoid(z: number): number {
  return 1 / (1 + Math.exp(-z));
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * b[index]!, 0);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
