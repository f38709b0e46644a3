import { decisionDraws } from '../ramp-policy/seeded-draws.ts';
import { type AllocationBelief, bestCounts } from './best-probabilities.ts';
import { boundedShares, type ShareLimits } from './bounded-shares.ts';
import { topTwoShares } from './top-two-shares.ts';

/** A split that is asked for: of the treatments that may have units, in order. */
export interface SplitQuestion extends ShareLimits {
  readonly objectives: readonly AllocationBelief[];
  readonly seed: number;
  /** Share of those who are given the second of the two, in [0, 1). */
  readonly secondShare: number;
}

/** How newly admitted units are to be divided, and how that came about; all are probabilities. */
export interface SplitAnswer {
  /** How likely each treatment is the best. */
  readonly bestProbabilities: readonly number[];
  /** Shares of top-two sampling, before floors and limits. */
  readonly raw: readonly number[];
  readonly shares: readonly number[];
}

/** The split that the beliefs ask for, within its limits: the same for the same seed. */
export function proposeSplit({ objectives, seed, secondShare, ...limits }: SplitQuestion): SplitAnswer {
  const counts = bestCounts(objectives, decisionDraws(seed));
  const raw = topTwoShares(counts, secondShare);
  return {
    bestProbabilities: counts.best.map((count) => count / counts.draws),
    raw,
    shares: boundedShares(raw, limits),
  };
}
