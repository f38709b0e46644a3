import { calibrationTableOf } from '../calibration/calibration-table.ts';
import { runMaximum } from '../calibration/smoothed-score.ts';
import type { TrafficBand } from '../calibration/traffic-band.ts';
import type { NoveltyModelArtefact } from './novelty-artefact.ts';

/** One benign run that nothing was fitted on, by its scores from the first stratum on. */
export interface NoveltyCalibrationRun {
  readonly band: TrafficBand;
  readonly scores: readonly (number | null)[];
}

/** The model with thresholds from benign runs. */
export function calibrateNoveltyModel(
  model: NoveltyModelArtefact,
  runs: readonly NoveltyCalibrationRun[],
): NoveltyModelArtefact {
  const maxima = runs.flatMap(({ band, scores }) => {
    const maximum = runMaximum(scores);
    return maximum === null ? [] : [{ band, maximum }];
  });
  return { ...model, calibration: calibrationTableOf(maxima) };
}
