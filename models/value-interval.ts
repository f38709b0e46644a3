import { asymptoticHalfWidth } from './asymptotic-interval.ts';
import { accumulatedVariance, hasEnoughValues, type ValueEvidence } from './value-evidence.ts';

/** The always-valid interval of mean_T − mean_C, in the unit of the value. */
export interface ValueInterval {
  readonly difference: number;
  readonly lower: number;
  readonly upper: number;
  /** Control's mean in the same windows with the same weights: what relative effects are relative to. */
  readonly controlMean: number;
}

/**
 * Confidence sequence of Δ = mean_T − mean_C, for people; undefined while a side has too few units.
 *
 * Δ = Σ w Δ_t with w ∝ h, se² = Σ w² se_t²: the estimate and error that the e-value uses too, so both point the same
 * way; only the e-value decides, because only e-values of different guardrails can be averaged. With one side, each end
 * holds by itself with the chance α. Waudby-Smith et al., arXiv 2103.06476.
 */
export function valueInterval(
  evidence: ValueEvidence,
  { alpha, sides }: { readonly alpha: number; readonly sides: 1 | 2 },
): ValueInterval | undefined {
  if (!hasEnoughValues(evidence)) return undefined;
  const { weight } = evidence;
  const difference = evidence.difference / weight;
  const half = asymptoticHalfWidth({ ...precisionOf(evidence), alpha, sides });
  return { difference, lower: difference - half, upper: difference + half, controlMean: evidence.controlMean / weight };
}

/**
 * Standard error of Δ, and the clock N = 4 Σ h that it grew by.
 *
 * Units count by what they tell: 4 Σ h is n_T + n_C for equal halves and less for others. The plain number of units
 * would run ahead at small coverage, and the sequence is only valid for a clock that runs with the variance.
 */
export function precisionOf({ variance, weight }: ValueEvidence): {
  readonly standardError: number;
  readonly n: number;
} {
  return { standardError: Math.sqrt(accumulatedVariance(variance, 1)) / weight, n: 4 * weight };
}
