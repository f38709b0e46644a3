import { logOneSidedMixture, mixturePrecision } from '../normal-mixture.ts';
import { logSumExp } from '../special-functions.ts';
import type { Contrast } from './contrast.ts';

/** One objective's part in the difference of utilities. */
export interface ObjectiveContrast {
  /** What one unit of the metric's mean is worth, > 0 where more is better. */
  readonly worth: number;
  /** Standard deviation of the metric between units, known before the first window of the contrast. */
  readonly deviation: number;
  readonly contrast: Contrast;
}

/** A difference of utilities and its standard error; null while nothing is known of it. */
export interface UtilityDifference {
  readonly difference: number;
  readonly standardError: number;
}

/**
 * The estimated utility of A beyond that of B. The metrics of one unit may go together in any way, so standard errors are added up:
 * that is what they would be at worst.
 */
export function utilityDifference(objectives: readonly ObjectiveContrast[]): UtilityDifference | null {
  if (objectives.some(({ contrast }) => contrast.weight === 0 || contrast.v === 0)) return null;
  const sumOf = (part: (one: ObjectiveContrast) => number) => objectives.reduce((sum, one) => sum + part(one), 0);
  return {
    difference: sumOf(({ worth, contrast }) => (worth * contrast.s) / contrast.weight),
    standardError: sumOf(({ worth, contrast }) => (Math.abs(worth) * Math.sqrt(contrast.v)) / contrast.weight),
  };
}

/** Units' worth of information at which the two mixtures are sharpest: clear winners early, narrow ones late. */
const SHARPEST_AT = [1_000, 30_000];

/**
 * log E that A has no more utility than B: the average of two one-sided normal mixtures of the difference (Robbins 1970),
 * on the scale of the units' deviation. Asymptotic, as confidence sequences of means are (Waudby-Smith et al., arXiv 2103.06476):
 * who asks for it sees to it that both arms have had enough units. `a` is the error that it will be held against.
 */
export function logBetterEValue(objectives: readonly ObjectiveContrast[], a: number): number {
  const found = utilityDifference(objectives);
  if (found === null) return 0;
  const deviation = objectives.reduce((sum, one) => sum + Math.abs(one.worth) * one.deviation, 0);
  const z = found.difference / found.standardError;
  const v = (deviation / found.standardError) ** 2;
  const mixtures = SHARPEST_AT.map((vStar) =>
    logOneSidedMixture({ s: z * Math.sqrt(v), v, rho: mixturePrecision(vStar, 2 * a) }),
  );
  return logSumExp(mixtures) - Math.log(mixtures.length);
}
