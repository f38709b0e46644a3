import { lbeta, upperRegularisedBeta } from '../../../models/index.ts';

/** Events of both arms under a constant split. */
export interface SplitEvents {
  readonly nT: number;
  readonly nC: number;
  /** θ0, treatment's share of the events if it is harmless, in (0, 1). */
  readonly theta0: number;
}

/** Parameters of the prior, so that it is about as wide as half to twice θ0's odds. */
const A = 10;
const B = 10;

/**
 * Log e-value of "treatment's share of the events is above θ0": a Beta(10, 10) mixture cut off below θ0.
 *
 * ln[1 − I_θ0(a + n_T, b + n_C)] + ln B(a + n_T, b + n_C) − ln[1 − I_θ0(a, b)] − ln B(a, b) − n_T ln θ0
 * − n_C ln(1 − θ0): the mixture of Robbins (1970) over binomial likelihood ratios, one-sided.
 */
export function logBetaMixture({ nT, nC, theta0 }: SplitEvents): number {
  const posterior = Math.log(upperRegularisedBeta(theta0, A + nT, B + nC)) + lbeta(A + nT, B + nC);
  const prior = Math.log(upperRegularisedBeta(theta0, A, B)) + lbeta(A, B);
  return posterior - prior - nT * Math.log(theta0) - nC * Math.log1p(-theta0);
}
