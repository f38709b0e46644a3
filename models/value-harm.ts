import { normalCdf } from './special-functions.ts';
import type { ValueEvidence } from './value-evidence.ts';
import { precisionOf } from './value-interval.ts';
import { addSpreads, addSums } from './value-sums.ts';

/** The windows of several sources together, for people: each source is judged by itself. */
export function mergeValueEvidence(parts: readonly ValueEvidence[]): ValueEvidence | undefined {
  const [first, ...others] = parts;
  return first && others.reduce(mergeTwo, first);
}

function mergeTwo(left: ValueEvidence, right: ValueEvidence): ValueEvidence {
  const added = (a: { treatment: number; control: number }, b: { treatment: number; control: number }) => ({
    treatment: a.treatment + b.treatment,
    control: a.control + b.control,
  });
  return {
    base: addSums(left.base, right.base),
    totals: {
      treatment: addSums(left.totals.treatment, right.totals.treatment),
      control: addSums(left.totals.control, right.totals.control),
    },
    windowCount: left.windowCount + right.windowCount,
    weight: left.weight + right.weight,
    difference: left.difference + right.difference,
    controlMean: left.controlMean + right.controlMean,
    within: {
      treatment: addSpreads(left.within.treatment, right.within.treatment),
      control: addSpreads(left.within.control, right.within.control),
    },
    variance: {
      own: added(left.variance.own, right.variance.own),
      pooled: added(left.variance.pooled, right.variance.pooled),
    },
    dispersion: {
      chi: left.dispersion.chi + right.dispersion.chi,
      variance: left.dispersion.variance + right.dispersion.variance,
    },
  };
}

/** What is believed about a change's relative effect on a mean before any data: a few per cent at most. */
const PRIOR_SD = 0.012;

/**
 * Probability that the treatment's mean is worse than control's by less than `limit`, relative to |mean of control|.
 *
 * Normal posterior of the relative harm with a prior N(0, 0.012²): of the effects of changes on business means, most are
 * below one per cent. 0 while nothing is known.
 */
export function probabilityOfHarmBelow(
  evidence: ValueEvidence,
  goodDirection: 'lower' | 'higher',
  limit: number,
): number {
  if (evidence.weight === 0 || evidence.controlMean === 0) return 0;
  const base = Math.abs(evidence.controlMean / evidence.weight);
  const harm = ((goodDirection === 'lower' ? 1 : -1) * evidence.difference) / evidence.weight / base;
  const information = (base / precisionOf(evidence).standardError) ** 2;
  const variance = 1 / (information + 1 / PRIOR_SD ** 2);
  return normalCdf((limit - variance * information * harm) / Math.sqrt(variance));
}
