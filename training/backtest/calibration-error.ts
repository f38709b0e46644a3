import type { Scored } from './scored.ts';

const BINS = 15;

/**
 * Expected calibration error over 15 bins of equal count: Σ (n_b/n) |mean p − mean y| (Naeini et al., AAAI 2015).
 *
 * Bins differ by one where the count is no multiple of 15; fewer than 15 predictions are a bin each.
 */
export function expectedCalibrationError(scored: readonly Scored[]): number {
  const sorted = scored.toSorted((a, b) => a.score - b.score);
  const bins = Math.min(BINS, sorted.length);
  let error = 0;
  for (let bin = 0; bin < bins; bin += 1) {
    const from = Math.round((bin * sorted.length) / bins);
    const to = Math.round(((bin + 1) * sorted.length) / bins);
    error += Math.abs(
      sorted.slice(from, to).reduce((sum, { score, isPositive }) => sum + score - Number(isPositive), 0),
    );
  }
  return error / sorted.length;
}

/** Mean squared distance of probability and truth (Brier 1950). */
export function brierScore(scored: readonly Scored[]): number {
  return scored.reduce((sum, { score, isPositive }) => sum + (score - Number(isPositive)) ** 2, 0) / scored.length;
}
