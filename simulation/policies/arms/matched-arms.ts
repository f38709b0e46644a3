import { SHARE_TOTAL } from '../../../domain/index.ts';
import { type Draws, seededDraws } from '../../draws.ts';
import type { PolicyWindow } from '../policy.ts';
import { type ArmSums, addSums, addWindow, noSums } from './arm-sums.ts';

/**
 * Who treatment is compared with: an equal share of the untreated traffic, drawn at random, or all of it.
 *
 * An equal share is what GrowthBook, LaunchDarkly and Kayenta set aside; above half of the traffic there is none, and
 * all that is left is taken.
 */
export type ControlKind = 'matched' | 'rest';

/** Both arms since the start. */
export interface ComparedArms {
  readonly treatment: Readonly<ArmSums>;
  readonly control: Readonly<ArmSums>;
  /** Exposures that treatment should have had among both, by the intended split of each window. */
  readonly intendedTreatment: number;
}

/** Grows by windows, and gives the sums when they are asked for. */
export interface MatchedArms {
  add(windows: readonly PolicyWindow[]): void;
  compared(): ComparedArms;
}

/** Comparison of two arms over a whole rollout; the same seed draws the same control. */
export function matchedArms(kind: ControlKind, seed: number): MatchedArms {
  const draws = seededDraws(seed, CONTROL_STREAM);
  const [treatment, control] = [noSums(), noSums()];
  let [treated, rest] = [noSums(), noSums()];
  let coverage = 0;
  let intendedTreatment = 0;
  // Windows of one coverage wait together: one draw from their sum is as good as one draw each.
  const settle = () => {
    if (treated.exposures + rest.exposures > 0) {
      const compared = kind === 'rest' ? rest : thinned(draws, rest, controlShare(coverage));
      addSums(treatment, treated);
      addSums(control, compared);
      intendedTreatment += (treated.exposures + compared.exposures) * intendedShare(kind, coverage);
    }
    [treated, rest] = [noSums(), noSums()];
  };
  return {
    add(windows) {
      for (const window of windows) {
        if (window.coverage !== coverage) settle();
        coverage = window.coverage;
        addWindow(treated, window.treatment);
        addWindow(rest, window.control);
      }
    },
    compared() {
      settle();
      return { treatment, control, intendedTreatment };
    },
  };
}

/** Keeps these draws apart from others of the same seed. */
const CONTROL_STREAM = 101;

/** Part of the untreated traffic that makes a control as large as the treatment. */
export function controlShare(coverage: number): number {
  return coverage >= SHARE_TOTAL ? 1 : Math.min(1, coverage / (SHARE_TOTAL - coverage));
}

/** Treatment's intended share among treatment and control. */
function intendedShare(kind: ControlKind, coverage: number): number {
  const untreated = (SHARE_TOTAL - coverage) * (kind === 'rest' ? 1 : controlShare(coverage));
  return coverage / (coverage + untreated);
}

/** A random part of an arm, unit by unit; revenue by its first two moments (sampling without replacement). */
export function thinned(draws: Draws, sums: ArmSums, share: number): ArmSums {
  if (share >= 1) return sums;
  const errors = draws.binomial(sums.errors, share);
  const exposures = errors + draws.binomial(sums.exposures - sums.errors, share);
  const part = {
    exposures,
    errors,
    slow: Math.min(exposures, draws.binomial(sums.slow, share)),
    conversions: Math.min(exposures, draws.binomial(sums.conversions, share)),
  };
  if (sums.revenueSquares === 0 || sums.exposures === 0) return { ...part, revenue: 0, revenueSquares: 0 };
  const mean = sums.revenue / sums.exposures;
  const variance = Math.max(0, sums.revenueSquares / sums.exposures - mean * mean);
  const spread = Math.sqrt(exposures * variance * (1 - share));
  return {
    ...part,
    revenue: Math.max(0, exposures * mean + spread * draws.normal()),
    revenueSquares: (sums.revenueSquares * exposures) / sums.exposures,
  };
}
