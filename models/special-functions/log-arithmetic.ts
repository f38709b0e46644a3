/** ln Σ exp(values), safe against overflow; −Infinity for an empty list. */
export function logSumExp(values: readonly number[]): number {
  const max = Math.max(...values);
  if (!Number.isFinite(max)) return max;
  return max + Math.log(values.reduce((sum, value) => sum + Math.exp(value - max), 0));
}

/** ln(1 − e^x) for x ≤ 0: the logarithm of a complement; −Infinity at 0 (Mächler 2012, equation 7). */
export function log1mexp(x: number): number {
  return x > -Math.LN2 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x));
}
