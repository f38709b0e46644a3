import { logOneSidedMixture } from './normal-mixture.ts';
import { logSumExp } from './special-functions.ts';
import { accumulatedVariance, hasEnoughValues, type ValueEvidence } from './value-evidence.ts';
import { spreadOf, varianceOf } from './value-sums.ts';

/** A test of a value per unit: is the treatment's mean worse than control's by more than the margin? */
export interface ValueTest {
  readonly goodDirection: 'lower' | 'higher';
  /** Largest worsening, relative to |mean of control|, that counts as harmless, in [0, 1). */
  readonly margin: number;
}

/** Effects beyond the margin that are looked for, relative to control's mean: a few per cent lost, or much of it. */
const EFFECTS = [0.04, 0.4];

/**
 * log E that the treatment is worse than the margin allows: the evidence to combine with that of other guardrails.
 *
 * Average of one-sided normal mixtures (Robbins 1970) of S = Σ h · harm(mean_T − r0 mean_C), one for each size of effect,
 * their scale frozen before the first window that counts. Means are compared inside their window, so neither ramps nor
 * daily cycles look like harm. Asymptotic: the tails of a heavy-tailed value should be capped at a bound fixed from
 * history. At most 0 while a side has too few units; `valueInterval` is what people see of the same sums.
 */
export function logValueEValue({ goodDirection, margin }: ValueTest, evidence: ValueEvidence): number {
  const { base, weight, difference, controlMean, variance } = evidence;
  if (weight === 0) return 0;
  const harm = goodDirection === 'lower' ? 1 : -1;
  const r0 = 1 + harm * Math.sign(base.sum) * margin;
  const sd = Math.sqrt(varianceOf(spreadOf(base)));
  const s = (harm * (difference + (1 - r0) * controlMean)) / sd;
  const v = accumulatedVariance(variance, r0) / (sd * sd);
  // A mixture over effects with standard deviation e/√2 has the precision 2/e²; here e is in units of sd.
  const mixtures = EFFECTS.map((effect) => ({ s, v, rho: 2 * ((sd * base.n) / (effect * base.sum)) ** 2 }));
  const logE = logSumExp(mixtures.map(logOneSidedMixture)) - Math.log(EFFECTS.length);
  return hasEnoughValues(evidence) ? logE : Math.min(0, logE);
}
