import { sum } from '../averages.ts';
import type { EffectEstimate, EffectSpread } from './effect-estimates.ts';

/** How many rollouts of its own a tenant needs before they count as much as everybody's. */
const KAPPA0 = 20;

/**
 * A tenant's spread of effects, drawn towards that of the level above: a tenant without rollouts has exactly that.
 *
 * τ_t² = (20 τ_g² + S_t)/(20 + n_t) with S_t = Σ max(0, (y − μ_g)² − se²), μ_t = (n_t ȳ_t + κ₀ μ_g)/(n_t + κ₀), κ₀ = 20:
 * the pseudo-count form of Efron & Morris (JASA 1975).
 */
export function tenantSpread(above: EffectSpread, own: readonly EffectEstimate[]): EffectSpread {
  const excess = own.map(({ effect, standardError }) => Math.max(0, (effect - above.mean) ** 2 - standardError ** 2));
  return {
    mean: (sum(own.map(({ effect }) => effect)) + KAPPA0 * above.mean) / (own.length + KAPPA0),
    sd: Math.sqrt((KAPPA0 * above.sd ** 2 + sum(excess)) / (KAPPA0 + own.length)),
    rollouts: own.length,
  };
}
