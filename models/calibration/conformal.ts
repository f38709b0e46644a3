/**
 * k = ⌈(N+1)(1−α)⌉: the rank, from 1, of the calibration run whose largest score becomes the threshold.
 *
 * Split conformal prediction (Vovk, Gammerman and Shafer 2005): of runs that are exchangeable with the N benign ones, at
 * most a share α exceeds it. More than N means that no run is large enough.
 */
export function conformalRank(runs: number, alpha: number): number {
  return Math.ceil((runs + 1) * (1 - alpha) - ROUNDING);
}

/**
 * The score that a benign run passes with probability at most α, from the largest scores of benign runs, ascending.
 *
 * +∞ where there are too few runs for this α: then the model cannot alarm.
 */
export function conformalThreshold(maxima: readonly number[], alpha: number): number {
  const rank = conformalRank(maxima.length, alpha);
  // Below rank 1 any run may alarm; the least that is known is the smallest maximum.
  return rank > maxima.length ? Number.POSITIVE_INFINITY : maxima[Math.max(rank, 1) - 1]!;
}

/** One-sided p-value of a run whose largest score so far is `maximum`: (1 + #{i: M_i ≥ M})/(N + 1). */
export function runPValue(maxima: readonly number[], maximum: number): number {
  const asLarge = maxima.reduce((count, value) => count + (value >= maximum ? 1 : 0), 0);
  return (1 + asLarge) / (maxima.length + 1);
}

/** 100 · (1 − 0.07) is a little more than 93 in doubles, and must not become 94. */
const ROUNDING = 1e-9;
