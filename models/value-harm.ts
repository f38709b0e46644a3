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

/** What is believed about a change's relative effect on a mean before any data: most move it by a per cent or less … */
const USUAL_SD = 0.012;
/** … and some do harm of a few per cent. Without them a prior alone would call every change safe. */
const HARMFUL_SHARE = 0.25;
const HARMFUL_SD = 0.05;

/**
 * Probability that the treatment's mean is worse than control's by less than `limit` > 0, relative to |mean of control|.
 *
 * Posterior of the relative harm under the prior 0.75 · N(0, 0.012²) + 0.25 · N(0, 0.05²) folded to harm, for a normal
 * estimate: conjugate in each part (Gelman et al., Bayesian Data Analysis, section 2.5), the folded one cut off at 0.
 * 0 while nothing is known.
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
  const usual = posteriorOf(harm, information, USUAL_SD);
  const harmful = posteriorOf(harm, information, HARMFUL_SD);
  const positive = normalCdf(harmful.mean / harmful.sd);
  const below = Math.max(0, normalCdf((limit - harmful.mean) / harmful.sd) - (1 - positive));
  const logOdds = harmful.logDensity - usual.logDensity + Math.log((2 * HARMFUL_SHARE) / (1 - HARMFUL_SHARE));
  const odds = Math.exp(logOdds);
  if (odds === Number.POSITIVE_INFINITY) return positive === 0 ? 0 : below / positive;
  return (normalCdf((limit - usual.mean) / usual.sd) + odds * below) / (1 + odds * positive);
}

/** The same before any data. */
export function priorProbabilityOfHarmBelow(limit: number): number {
  const harmful = 2 * normalCdf(limit / HARMFUL_SD) - 1;
  return (1 - HARMFUL_SHARE) * normalCdf(limit / USUAL_SD) + HARMFUL_SHARE * harmful;
}

/** Posterior of a normal mean with prior N(0, sd²), and ln of the estimate's density before it was seen, up to a constant. */
function posteriorOf(estimate: number, information: number, sd: number) {
  const variance = 1 / (information + 1 / sd ** 2);
  const marginal = 1 / information + sd ** 2;
  return {
    mean: variance * information * estimate,
    sd: Math.sqrt(variance),
    logDensity: -0.5 * (estimate ** 2 / marginal + Math.log(marginal)),
  };
}
