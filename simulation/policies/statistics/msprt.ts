/** What the mixture test of a mean depends on. */
export interface MsprtInput {
  /** Δ, the estimate. */
  readonly delta: number;
  /** V, its variance, > 0. */
  readonly variance: number;
  /** τ², the variance of the mixture, > 0: fixed before the first look. */
  readonly tauSquared: number;
}

/**
 * log Λ = ½ ln(V/(V + τ²)) + τ²Δ²/(2V(V + τ²)), the mixture sequential probability ratio test of Δ = 0.
 *
 * Johari, Koomen, Pekelis & Walsh, "Always valid inference" (Operations Research 2022), the normal case.
 */
export function logMsprt({ delta, variance, tauSquared }: MsprtInput): number {
  const total = variance + tauSquared;
  return 0.5 * Math.log(variance / total) + (tauSquared * delta * delta) / (2 * variance * total);
}
