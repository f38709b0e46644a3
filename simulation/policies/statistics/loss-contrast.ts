import type { ComparedArms } from '../arms/matched-arms.ts';
import type { CountedMetric } from '../arms/watched-metric.ts';
import { harmContrast } from './harm-contrast.ts';

/** What one event of each metric costs; those that are left out cost nothing. */
export type LossWeights = Readonly<Partial<Record<CountedMetric, number>>>;

/** Loss per exposure of treatment beyond control, over several metrics. */
export interface LossContrast {
  readonly loss: number;
  /** Variance of the loss, with metrics taken as independent. */
  readonly variance: number;
  /** Σ of weighted means in control: what is lost, or earned, anyway. */
  readonly base: number;
}

/** The weighted sum of the harms; null where an arm has fewer than two exposures. */
export function lossContrast(arms: ComparedArms, weights: LossWeights): LossContrast | null {
  let [loss, variance, base] = [0, 0, 0];
  for (const [metric, weight] of Object.entries(weights) as [CountedMetric, number][]) {
    const contrast = harmContrast(arms, metric);
    if (contrast === null) return null;
    loss += weight * contrast.harm;
    variance += weight * weight * contrast.variance;
    base += weight * contrast.control.mean;
  }
  return { loss, variance, base };
}

/** Normal posterior of the loss per exposure. */
export interface LossPosterior {
  readonly mean: number;
  readonly sd: number;
}

/** Posterior after the data, from a prior around 0: precisions add up. */
export function lossPosterior({ loss, variance }: LossContrast, priorSd: number): LossPosterior {
  const prior = 1 / priorSd ** 2;
  const data = variance > 0 ? 1 / variance : 0;
  return { mean: (data * loss) / (prior + data), sd: Math.sqrt(1 / (prior + data)) };
}
