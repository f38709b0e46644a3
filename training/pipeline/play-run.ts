import { addScore, bandThreshold, NO_SCORES, type RiskModelArtefact, scoreRisk } from '../../models/index.ts';
import type { DataSetRun } from '../dataset/build-data-set.ts';

/** What a model would have made of a run, minute by minute. */
export interface PlayedRun {
  /** Logits of all minutes; null where there was no score. */
  readonly logits: readonly (number | null)[];
  /** Largest smoothed score; null for a run without any. */
  readonly maximum: number | null;
  /** Minutes until it would have alarmed; null: never. */
  readonly alarmAfterMinutes: number | null;
}

/** Logits of a run's minutes as serving would have made them. */
export function logitsOfRun(model: RiskModelArtefact, { rows }: Pick<DataSetRun, 'rows'>): readonly (number | null)[] {
  return rows.map(({ features }) => scoreRisk(model, features)?.logit ?? null);
}

/** Scores a run as serving would have, and finds the first alarm at α. */
export function playRun(model: RiskModelArtefact, run: Pick<DataSetRun, 'rows' | 'band'>, alpha: number): PlayedRun {
  const threshold = bandThreshold(model.calibration, run.band, alpha);
  const logits = logitsOfRun(model, run);
  let state = NO_SCORES;
  let alarmAfterMinutes: number | null = null;
  for (const [index, logit] of logits.entries()) {
    const step = addScore(state, logit);
    state = step.state;
    if (alarmAfterMinutes === null && step.smoothed !== null && step.smoothed > threshold)
      alarmAfterMinutes = index + 1;
  }
  return { logits, maximum: state.maximum, alarmAfterMinutes };
}
