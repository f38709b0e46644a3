import { logScaledNormalCdf } from './special-functions.ts';

/** A sum of deviations from what the null expects, and how far it wanders by chance alone. */
export interface MixedSum {
  /** Σ of the deviations; positive speaks against the null. */
  readonly s: number;
  /** Their accumulated variance, ≥ 0. */
  readonly v: number;
  /** ρ, the mixture's precision, > 0: fixed before the first deviation. */
  readonly rho: number;
}

/**
 * log M = ½ ln(4ρ / (V + ρ)) + S² / (2(V + ρ)) + ln Φ(S / √(V + ρ)), the one-sided normal mixture.
 *
 * An e-process where S is sub-Gaussian with variance V (Robbins 1970; Howard, Ramdas, McAuliffe & Sekhon, Ann. Statist.
 * 2021, Proposition 6); with an estimated V it is one asymptotically.
 */
export function logOneSidedMixture({ s, v, rho }: MixedSum): number {
  const total = v + rho;
  return 0.5 * Math.log((4 * rho) / total) + logScaledNormalCdf(s / Math.sqrt(total));
}

/**
 * ρ that makes the mixture sharpest at variance V*, for an error `a` in two tails (2α for a test in one).
 *
 * V* / (2 ln(1/a) + ln(1 + 2 ln(1/a))): Howard et al. 2021, the approximation below Proposition 3.
 */
export function mixturePrecision(vStar: number, a: number): number {
  const twice = -2 * Math.log(a);
  return vStar / (twice + Math.log1p(twice));
}
