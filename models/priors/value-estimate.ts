import type { ValueEvidence } from '../value-evidence.ts';
import { precisionOf } from '../value-interval.ts';
import type { EffectEstimate } from './effect-estimates.ts';

/** Relative difference of the means and its standard error, control's mean taken as known; undefined without one. */
export function valueEstimate(evidence: ValueEvidence): EffectEstimate | undefined {
  const { weight, difference, controlMean } = evidence;
  if (weight === 0 || controlMean === 0) return undefined;
  const base = Math.abs(controlMean / weight);
  return { effect: difference / weight / base, standardError: precisionOf(evidence).standardError / base };
}
