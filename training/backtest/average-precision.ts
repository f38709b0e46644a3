import { bySuspicion, type Scored } from './scored.ts';

/**
 * Area under the precision–recall curve: Σ_k (R_k − R_{k−1}) P_k, equal scores in the order in which they came.
 *
 * Average precision without interpolation (Davis & Goadrich, ICML 2006); its value for a random score is the share of
 * positives. NaN without positives.
 */
export function averagePrecision(scored: readonly Scored[]): number {
  let [positives, area] = [0, 0];
  for (const [k, { isPositive }] of bySuspicion(scored).entries()) {
    if (!isPositive) continue;
    positives += 1;
    area += positives / (k + 1);
  }
  return area / positives;
}
