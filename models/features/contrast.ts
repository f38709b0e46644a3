import { type ContrastState, dispersionOf } from './contrast-state.ts';

/** What all strata of one metric say together. */
export interface Contrast {
  /** m: mean difference, treatment − control. */
  readonly difference: number;
  /** v̄: mean variance of one unit. */
  readonly variance: number;
  /** φ. */
  readonly dispersion: number;
  /** I = W/(v̄φ): the variance of m is 1/I. */
  readonly information: number;
  /** b: what control has. */
  readonly base: number;
}

/** Is more of it worse (1), or better (−1)? */
export type HarmSign = 1 | -1;

/** The stratified contrast of one metric; without strata it has no information. */
export function contrastOf(state: ContrastState): Contrast {
  const { weight, weightedD, weightedV } = state;
  const dispersion = dispersionOf(state);
  const base = Math.max(baseOf(state), LEAST_BASE);
  if (weight === 0) return { difference: 0, variance: 0, dispersion, information: 0, base };
  const variance = weightedV / weight;
  return { difference: weightedD / weight, variance, dispersion, information: weight / (variance * dispersion), base };
}

/** z = s m √I: standard errors that treatment is worse by. */
export function zOf(contrast: Contrast, sign: HarmSign): number {
  return sign * contrast.difference * Math.sqrt(contrast.information);
}

/** A rate is smoothed, lest a control without events make every effect infinite; only values have a spread. */
function baseOf({ control, spread }: ContrastState): number {
  if (spread.degrees === 0) return (control.sum + 0.5) / (control.n + 50);
  return Math.abs(control.sum) / control.n;
}

const LEAST_BASE = 1e-6;
