import { median, medianDeviation, sum } from '../averages.ts';
import type { EffectEstimate } from './effect-estimates.ts';

/** All that ever leaves a tenant about the effects of its rollouts: no names, no times, no single values. */
export interface ClippedStatistics {
  readonly k: number;
  /** Σy. */
  readonly sum: number;
  /** Σy². */
  readonly sumOfSquares: number;
  /** Σse². */
  readonly sumOfSquaredErrors: number;
}

/** Fewer rollouts could be told from their sums: two sums give two values away. */
const MIN_ROLLOUTS = 3;

/** Effects are clipped at this many median deviations of the tenant's own. */
const WINSORISED_AT_MADS = 3;

/**
 * Sums over a tenant's rollouts that a pool may see; undefined for fewer than three rollouts.
 *
 * Winsorised at 3 median deviations, so that one wild rollout does not speak for the tenant, and clipped to ±`limit`, the
 * same for all tenants and fixed beforehand: that bounds what a tenant can do to a pool, and what a pool can say about it.
 */
export function exportStatistics(estimates: readonly EffectEstimate[], limit: number): ClippedStatistics | undefined {
  if (estimates.length < MIN_ROLLOUTS) return undefined;
  const effects = estimates.map(({ effect }) => effect);
  const [centre, reach] = [median(effects), WINSORISED_AT_MADS * medianDeviation(effects)];
  const y = effects.map((effect) => clamp(clamp(effect, centre - reach, centre + reach), -limit, limit));
  return {
    k: y.length,
    sum: sum(y),
    sumOfSquares: sum(y.map((value) => value ** 2)),
    sumOfSquaredErrors: sum(estimates.map(({ standardError }) => Math.min(standardError, limit) ** 2)),
  };
}

function clamp(value: number, from: number, to: number): number {
  return Math.min(to, Math.max(from, value));
}
