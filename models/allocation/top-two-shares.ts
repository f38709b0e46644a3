import type { BestCounts } from './best-probabilities.ts';

/** How often the second of the two is played instead of the best, where all units are divided. */
export const SECOND_SHARE = 0.5;

/**
 * Shares of top-two Thompson sampling: a draw's best treatment, or with the probability `secondShare` the best of the next draw
 * that has another; with 0 it is Thompson sampling.
 *
 * Redrawing gives treatment k after j with probability p_k/(1 − p_j) (Russo, Operations Research 2020, section 4), so the
 * frequencies p decide and nothing has to be drawn again. Where j was always the best, who came second is taken instead.
 */
export function topTwoShares({ draws, best, second }: BestCounts, secondShare: number): readonly number[] {
  const p = best.map((count) => count / draws);
  if (p.length === 1) return [1];
  const afterwards = (j: number, k: number) => (p[j]! < 1 ? p[k]! / (1 - p[j]!) : second[j]![k]! / draws);
  return p.map((pk, k) => {
    const asSecond = p.reduce((sum, pj, j) => (j === k ? sum : sum + pj * afterwards(j, k)), 0);
    return (1 - secondShare) * pk + secondShare * asSecond;
  });
}
