import type { DecisionDraws } from '../ramp-policy/seeded-draws.ts';
import { drawMean, type MeanBelief } from './mean-belief.ts';

/** One objective as the allocation sees it. */
export interface AllocationBelief {
  /** What one unit of the metric's mean is worth, > 0 where more is better. */
  readonly worth: number;
  /** By treatment. */
  readonly means: readonly MeanBelief[];
}

/** How often each treatment was the best among the draws, and how often each came second to which. */
export interface BestCounts {
  readonly draws: number;
  readonly best: readonly number[];
  /** `second[j][k]`: k came second where j was the best. */
  readonly second: readonly (readonly number[])[];
}

/** With so many draws a probability is known to ±.011 (one standard error). */
export const ALLOCATION_DRAWS = 2_000;

/** Draws utilities Σ worth · mean from the beliefs, and counts who is the best (Thompson 1933); of equal ones the first. */
export function bestCounts(objectives: readonly AllocationBelief[], draws: DecisionDraws): BestCounts {
  const treatments = objectives[0]!.means.map((_, k) => k);
  const best = treatments.map(() => 0);
  const second = treatments.map(() => treatments.map(() => 0));
  for (let draw = 0; draw < ALLOCATION_DRAWS; draw += 1) {
    const utilities = treatments.map((k) =>
      objectives.reduce((sum, { worth, means }) => sum + worth * drawMean(means[k]!, draws), 0),
    );
    const [first, runnerUp] = treatments.toSorted((j, k) => utilities[k]! - utilities[j]! || j - k);
    best[first!]! += 1;
    if (runnerUp !== undefined) second[first!]![runnerUp]! += 1;
  }
  return { draws: ALLOCATION_DRAWS, best, second };
}
