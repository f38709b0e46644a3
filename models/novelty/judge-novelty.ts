import { bandThreshold } from '../calibration/calibration-table.ts';
import { runPValue } from '../calibration/conformal.ts';
import type { ScoreState } from '../calibration/smoothed-score.ts';
import type { TrafficBand } from '../calibration/traffic-band.ts';
import { NOVELTY_ALPHA, type NoveltyModelArtefact } from './novelty-artefact.ts';

/** Whether a rollout is like anything in training. */
export interface NoveltyJudgement {
  /** True: be pessimistic with this rollout, the risk score may hold it but not roll it back. */
  readonly isNovel: boolean;
  /** Share of benign runs that were at least as unusual, itself counted; 1 before the first smoothed score. */
  readonly pValue: number;
  readonly threshold: number;
}

/** Judges a rollout by its largest smoothed score so far: a whole run is tested once, and not every minute of it. */
export function judgeNovelty(
  { calibration }: NoveltyModelArtefact,
  { maximum }: ScoreState,
  band: TrafficBand | undefined,
  alpha = NOVELTY_ALPHA,
): NoveltyJudgement {
  const threshold = bandThreshold(calibration, band, alpha);
  if (maximum === null) return { isNovel: false, pValue: 1, threshold };
  const runs =
    band === undefined || calibration.bands[band].length === 0 ? calibration.pooled : calibration.bands[band];
  return { isNovel: maximum > threshold, pValue: runPValue(runs, maximum), threshold };
}
