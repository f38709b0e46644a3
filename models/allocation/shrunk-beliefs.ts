import { type MeanBelief, momentsOf, withMoments } from './mean-belief.ts';
import { SEGMENT_SD } from './segment-harm.ts';

/**
 * What is believed of each arm in a part of the traffic, shrunk towards what is believed of it in all.
 *
 * The part has a level of its own; around that level each arm is expected to be as good as it is for all, give or take
 * `SEGMENT_SD` of it. The result has the mean and variance of two normal beliefs as one, in the form of the arm's own. The units
 * of the part are among those of all, too, so they count a little more than once.
 */
export function shrunkBeliefs(part: readonly MeanBelief[], all: readonly MeanBelief[]): readonly MeanBelief[] {
  const own = part.map(momentsOf);
  const usual = all.map(momentsOf);
  const weighted = (means: readonly { readonly mean: number }[]) =>
    means.reduce((sum, { mean }, k) => sum + mean / own[k]!.variance, 0);
  const level = weighted(own) / weighted(usual);
  return part.map((belief, k) => {
    const expected = level * usual[k]!.mean;
    const spread = level ** 2 * usual[k]!.variance + (SEGMENT_SD * expected) ** 2;
    const precision = 1 / own[k]!.variance + 1 / spread;
    const mean = (own[k]!.mean / own[k]!.variance + expected / spread) / precision;
    return withMoments(belief, mean, 1 / precision);
  });
}
