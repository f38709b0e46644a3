import type { ComparedArms } from '../arms/matched-arms.ts';
import { isWorseUp, type Moments, momentsOf, type WatchedMetric } from '../arms/watched-metric.ts';

/** Difference of means between the arms, turned so that positive is worse. */
export interface HarmContrast {
  /** Δ, per exposure. */
  readonly harm: number;
  /** V, the variance of Δ: the sum of both arms' variances of the mean. */
  readonly variance: number;
  readonly treatment: Moments;
  readonly control: Moments;
  /** Δ as a share of control's mean; NaN where that is 0. */
  readonly relativeHarm: number;
}

/** Contrast of one metric; null where an arm has fewer than two exposures. */
export function harmContrast(arms: ComparedArms, metric: WatchedMetric): HarmContrast | null {
  const treatment = momentsOf(arms.treatment, metric);
  const control = momentsOf(arms.control, metric);
  if (treatment.n < 2 || control.n < 2) return null;
  const difference = treatment.mean - control.mean;
  const harm = isWorseUp(metric) ? difference : -difference;
  return {
    harm,
    variance: treatment.variance / treatment.n + control.variance / control.n,
    treatment,
    control,
    relativeHarm: control.mean === 0 ? Number.NaN : harm / control.mean,
  };
}
