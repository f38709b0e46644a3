import { lbeta } from '../../../models/index.ts';
import type { SplitEvents } from './beta-mixture.ts';

/** Concentration k of the Dirichlet prior around the null. */
const K = 100;

/**
 * Log Bayes factor against "treatment's share of the events is θ0", two-sided.
 *
 * ln B(A + n) − ln B(A) − Σ n_i ln θ_i with A = kθ (Lindon & Malek 2022, arXiv 2011.03567, for two categories).
 */
export function logLindonMalek({ nT, nC, theta0 }: SplitEvents): number {
  const [a, b] = [K * theta0, K * (1 - theta0)];
  return lbeta(a + nT, b + nC) - lbeta(a, b) - nT * Math.log(theta0) - nC * Math.log1p(-theta0);
}
