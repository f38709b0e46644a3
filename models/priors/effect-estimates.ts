import { median, medianDeviation, sum } from '../averages.ts';

/** What one rollout showed of its effect: a relative effect, or a log ratio. */
export interface EffectEstimate {
  readonly effect: number;
  readonly standardError: number;
}

/** How effects vary between rollouts. */
export interface EffectSpread {
  readonly mean: number;
  /** τ, the standard deviation between rollouts, ≥ 0. */
  readonly sd: number;
  /** How many rollouts it was fitted on. */
  readonly rollouts: number;
}

/** The spread of effects and Cochran's Q, which it comes from. */
export interface FittedSpread extends EffectSpread {
  readonly q: number;
}

/**
 * Spread of the true effects behind noisy estimates, by DerSimonian & Laird (Controlled Clinical Trials 1986); undefined
 * for fewer than two.
 *
 * w = 1/se², Q = Σw(y − ȳ_w)², τ² = max(0, (Q − k + 1)/(Σw − Σw²/Σw)); the mean is weighted by 1/(se² + τ²).
 */
export function fitEffectSpread(estimates: readonly EffectEstimate[]): FittedSpread | undefined {
  const k = estimates.length;
  if (k < 2) return undefined;
  const y = estimates.map(({ effect }) => effect);
  const w = estimates.map(({ standardError }) => standardError ** -2);
  const fixedMean = weightedMean(y, w);
  const q = sum(w.map((wi, i) => wi * (y[i]! - fixedMean) ** 2));
  const tau2 = Math.max(0, (q - k + 1) / (sum(w) - sum(w.map((wi) => wi ** 2)) / sum(w)));
  const randomMean = weightedMean(
    y,
    w.map((wi) => 1 / (1 / wi + tau2)),
  );
  return { mean: randomMean, sd: Math.sqrt(tau2), rollouts: k, q };
}

/** Estimates further than this many median deviations from the median do not take part in a fit. */
const OUTLIER_MADS = 6;

/** The estimates that a fit should see: without those so wild that they would decide it alone. */
export function withoutOutliers(estimates: readonly EffectEstimate[]): readonly EffectEstimate[] {
  const y = estimates.map(({ effect }) => effect);
  const [centre, reach] = [median(y), OUTLIER_MADS * medianDeviation(y)];
  return estimates.filter(({ effect }) => Math.abs(effect - centre) <= reach);
}

function weightedMean(values: readonly number[], w: readonly number[]): number {
  return sum(values.map((value, i) => value * w[i]!)) / sum(w);
}
