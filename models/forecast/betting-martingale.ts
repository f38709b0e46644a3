import { logSumExp } from '../special-functions.ts';

/** p-values so far, summed up; plain JSON. */
export interface BettingEvidence {
  readonly count: number;
  /** Σ ln p. */
  readonly sumOfLogs: number;
}

const EPSILONS = [0.1, 0.3, 0.5, 0.7, 0.9];

/** The evidence before the first p-value. */
export const EMPTY_BETTING_EVIDENCE: BettingEvidence = { count: 0, sumOfLogs: 0 };

/** Adds a p-value in (0, 1]. */
export function addPValue({ count, sumOfLogs }: BettingEvidence, pValue: number): BettingEvidence {
  return { count: count + 1, sumOfLogs: sumOfLogs + Math.log(pValue) };
}

/**
 * ln M of a bet on small p-values: M = mean over ε of Π ε p^(ε−1), ε ∈ {.1, .3, .5, .7, .9}.
 *
 * Power martingale (Vovk, Nouretdinov & Gammerman, ICML 2003), mixed over its stake; of independent uniform p-values it
 * ever reaches 1/α with probability α at most.
 */
export function logMartingale({ count, sumOfLogs }: BettingEvidence): number {
  const bets = EPSILONS.map((epsilon) => count * Math.log(epsilon) + (epsilon - 1) * sumOfLogs);
  return logSumExp(bets) - Math.log(EPSILONS.length);
}

/** One-sided p-value of a residual among calibration residuals in ascending order: (1 + #{c ≥ u})/(n + 1). */
export function conformalPValue(ascending: readonly number[], residual: number): number {
  let [from, to] = [0, ascending.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (ascending[middle]! < residual) from = middle + 1;
    else to = middle;
  }
  return (1 + ascending.length - from) / (ascending.length + 1);
}
