import { combineSources } from './combine-sources.ts';
import { logRatiosOfWindow, type MixtureTest } from './mixture-test.ts';

/** Chance at most that a sound split is ever called a mismatch. */
export const SAMPLE_RATIO_ALPHA = 0.001;

const RATIOS = [0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 1.002, 1.005, 1.01, 1.02, 1.05, 1.1, 1.25, 2];

/** The point null "exactly the intended split" against too many and too few, from 0.2 % to a factor of two. */
const SAMPLE_RATIO_TEST: MixtureTest = { r0: 1, r: RATIOS, pi: RATIOS.map(() => 1 / RATIOS.length), eta: 1 };

/** Log-likelihood ratios of one treatment's share among the new units of treatment and control; plain JSON. */
export type SampleRatioEvidence = readonly number[];

/** The state before the first window. */
export function emptySampleRatioEvidence(): SampleRatioEvidence {
  return RATIOS.map(() => 0);
}

/** New units of one window, and how they should have been divided. */
export interface NewUnits {
  readonly treatment: number;
  readonly control: number;
  /** Intended share of the treatment among these two, in [0, 1]. */
  readonly intendedShare: number;
}

/** Adds the new units of one window; where only one of the two is intended there is nothing to compare. */
export function addNewUnits(evidence: SampleRatioEvidence, units: NewUnits): SampleRatioEvidence {
  if (units.intendedShare <= 0 || units.intendedShare >= 1) return evidence;
  const added = logRatiosOfWindow(SAMPLE_RATIO_TEST, units.intendedShare, units.treatment, units.control);
  return evidence.map((logRatio, k) => logRatio + added[k]!);
}

/**
 * log E of "the split is not the intended one", two-sided, over independent sources; the average over treatments is an
 * e-value again.
 *
 * Valid after every window and for shares that change with the past (Lindon & Malek 2022, arXiv 2011.03567, for the
 * multinomial form); a chi-square test looked at repeatedly is not. A minority of forged sources cannot bring it about.
 */
export function logSampleRatioOfSources(sources: readonly SampleRatioEvidence[]): number {
  return combineSources(sources, SAMPLE_RATIO_TEST.pi);
}
