import type { ValueSums } from '../value-sums.ts';
import { beliefAfter, type MeanBelief, type MetricBase, momentsOf, withMoments } from './mean-belief.ts';

/**
 * What is believed about one metric of each arm, from strata in which shares were constant: `strata[s][k]` are the sums of arm k.
 *
 * Adaptive shares bias the plain mean: an arm that got most of its units on a good day looks good. So every arm's mean is the
 * same weighted average over strata, with weights in proportion to what a stratum tells of the arm it tells least of; strata that
 * say nothing of an arm are left out. The average of posteriors is given the distribution of their kind with its two moments,
 * which for a single stratum is the posterior itself.
 */
export function stratifiedBeliefs(
  base: MetricBase,
  strata: readonly (readonly ValueSums[])[],
  arms: number,
): readonly MeanBelief[] {
  const usable = strata.filter((sums) => sums.every(({ n }) => n > 0));
  if (usable.length === 0) return Array.from({ length: arms }, () => beliefAfter(base, NO_UNITS));
  const precisions = usable.map((sums) => 1 / sums.reduce((total, { n }) => total + 1 / n, 0));
  const total = precisions.reduce((sum, precision) => sum + precision, 0);
  const w = precisions.map((precision) => precision / total);
  return Array.from({ length: arms }, (_, k) => {
    const beliefs = usable.map((sums) => beliefAfter(base, sums[k]!));
    return averaged(beliefs, w);
  });
}

const NO_UNITS: ValueSums = { n: 0, sum: 0, sumOfSquares: 0 };

function averaged(beliefs: readonly MeanBelief[], w: readonly number[]): MeanBelief {
  const moments = beliefs.map(momentsOf);
  const mean = moments.reduce((sum, one, s) => sum + w[s]! * one.mean, 0);
  const parts = moments.map((one, s) => w[s]! ** 2 * one.variance);
  const variance = parts.reduce((sum, part) => sum + part, 0);
  if (beliefs[0]!.kind === 'rate') return withMoments(beliefs[0]!, mean, variance);
  // Welch 1947 and Satterthwaite 1946: degrees of freedom of a sum of estimated variances.
  const spread = parts.reduce((sum, part, s) => sum + part ** 2 / degreesOf(beliefs[s]!), 0);
  const degrees = variance ** 2 / spread;
  return withMoments({ ...beliefs[0]!, degrees }, mean, variance);
}

function degreesOf(belief: MeanBelief): number {
  return belief.kind === 'value' ? belief.degrees : Number.POSITIVE_INFINITY;
}
