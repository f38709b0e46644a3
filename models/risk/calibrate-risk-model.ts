import { calibrationTableOf } from '../calibration/calibration-table.ts';
import { fitPlatt, type LabelledScore, priorShift } from '../calibration/platt.ts';
import { runMaximum } from '../calibration/smoothed-score.ts';
import type { TrafficBand } from '../calibration/traffic-band.ts';
import type { RiskModelArtefact } from './risk-artefact.ts';

/** One calibration run: a rollout of a seed that nothing was fitted on, under the policy that will be used. */
export interface RiskCalibrationRun {
  readonly band: TrafficBand;
  /** By stratum, from the first on: the logit, or null where there was none; and whether harm acted in that stratum. */
  readonly strata: readonly { readonly logit: number | null; readonly label: 0 | 1 }[];
}

/**
 * The model with thresholds and probabilities from calibration runs.
 *
 * Thresholds come from the benign runs, one number each; the scaling of logits to probabilities from all strata, shifted
 * to the share of harmful rollouts in use. undefined where both labels are needed and one is missing.
 */
export function calibrateRiskModel(
  model: RiskModelArtefact,
  runs: readonly RiskCalibrationRun[],
): RiskModelArtefact | undefined {
  const scores = runs.flatMap(({ strata }) => strata.flatMap(scoreOf));
  const scaling = fitPlatt(scores);
  if (scaling === undefined) return undefined;
  const harmfulShare = scores.filter(({ label }) => label === 1).length / scores.length;
  const benign = runs.filter(({ strata }) => strata.every(({ label }) => label === 0));
  return {
    ...model,
    scaling: { ...scaling, shift: priorShift(harmfulShare) },
    calibration: calibrationTableOf(
      benign.flatMap(({ band, strata }) => {
        const maximum = runMaximum(strata.map(({ logit }) => logit));
        return maximum === null ? [] : [{ band, maximum }];
      }),
    ),
  };
}

function scoreOf({ logit, label }: RiskCalibrationRun['strata'][number]): readonly LabelledScore[] {
  return logit === null ? [] : [{ score: logit, label }];
}
