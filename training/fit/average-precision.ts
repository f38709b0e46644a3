/** A score with the truth about it. */
export interface ScoredLabel {
  readonly score: number;
  readonly label: 0 | 1;
}

/** Average precision Σ (R_k − R_{k−1}) P_k, which is the area under the precision-recall curve; ties in stable order. */
export function averagePrecision(scored: readonly ScoredLabel[]): number {
  const positives = scored.filter(({ label }) => label === 1).length;
  if (positives === 0) return 0;
  let [found, sum] = [0, 0];
  scored
    .toSorted((a, b) => b.score - a.score)
    .forEach(({ label }, index) => {
      if (label === 0) return;
      found += 1;
      sum += found / (index + 1);
    });
  return sum / positives;
}

/** Share of positive labels: the average precision of a score that knows nothing. */
export function baseRate(scored: readonly ScoredLabel[]): number {
  return scored.filter(({ label }) => label === 1).length / scored.length;
}
