import { normalQuantile } from '../../../models/index.ts';

/** The arms of one metric: sizes, and variances of one exposure. */
export interface StatsigInput {
  readonly nT: number;
  readonly nC: number;
  readonly varianceT: number;
  readonly varianceC: number;
  /** Error allowed in two tails. */
  readonly alpha: number;
}

/**
 * Z*, beyond which Statsig's sequential test rejects: √((V + τ)/τ · (−2 ln(α/2) − ln(V/(V + τ)))).
 *
 * As documented (Statsig, "Sequential testing"), τ = Z²(var_T + var_C)/(n_T + n_C) with Z the two-sided quantile. V/τ
 * does not depend on how much data there is, so the threshold is a constant of the split.
 */
export function statsigThreshold({ nT, nC, varianceT, varianceC, alpha }: StatsigInput): number {
  const v = varianceT / nT + varianceC / nC;
  const tau = (normalQuantile(alpha / 2) ** 2 * (varianceT + varianceC)) / (nT + nC);
  return Math.sqrt(((v + tau) / tau) * (-2 * Math.log(alpha / 2) - Math.log(v / (v + tau))));
}
