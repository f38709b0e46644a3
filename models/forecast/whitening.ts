import { mean, sum } from '../averages.ts';

/**
 * φ of neighbouring residuals, u_t = φ u_{t−1} + e_t: the lag-one autocorrelation over several runs (Box & Jenkins 1970).
 *
 * Kept in [0, 0.99]: alternating residuals are not made worse than they are. 0 without residuals.
 */
export function fitAutocorrelation(runs: readonly (readonly number[])[]): number {
  const all = runs.flat();
  if (all.length === 0) return 0;
  const centre = mean(all);
  const products = runs.flatMap((run) => run.slice(1).map((u, i) => (u - centre) * (run[i]! - centre)));
  const phi = sum(products) / sum(all.map((u) => (u - centre) ** 2));
  return phi > 0 ? Math.min(0.99, phi) : 0;
}

/** What is new in a residual: (u_t − φ u_{t−1})/√(1 − φ²); the first one is all new. */
export function whitened(phi: number, residual: number, before: number | undefined): number {
  return before === undefined ? residual : (residual - phi * before) / Math.sqrt(1 - phi ** 2);
}
