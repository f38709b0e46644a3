import {
  addScore,
  NO_SCORES,
  RISK_FEATURES_V2,
  type RiskModelArtefact,
  type StabilityReference,
  stabilityReference,
} from '../../models/index.ts';
import { type DataSet, rowsIn } from '../dataset/build-data-set.ts';
import { logitsOfRun } from './play-run.ts';

/** How inputs were distributed in training, and smoothed scores on runs that were held out: what serving is compared with. */
export interface TrainingReference {
  readonly inputs: Readonly<Record<string, StabilityReference>>;
  readonly scores: StabilityReference;
}

/** The reference of a fitted model. */
export function trainingReference(model: RiskModelArtefact, dataSet: DataSet): TrainingReference {
  const heldOut = dataSet.runs.filter(({ part }) => part === 'heldOut');
  return {
    inputs: inputReference(rowsIn(dataSet, 'fit')),
    scores: stabilityReference(heldOut.flatMap((run) => smoothedScores(logitsOfRun(model, run)))),
  };
}

/** How each input was distributed over some rows. */
export function inputReference(
  rows: readonly { readonly features: readonly number[] }[],
): Readonly<Record<string, StabilityReference>> {
  const ofInput = (place: number) => stabilityReference(rows.map(({ features }) => features[place]!));
  return Object.fromEntries(RISK_FEATURES_V2.features.map(({ name }, place) => [name, ofInput(place)]));
}

function smoothedScores(logits: readonly (number | null)[]): readonly number[] {
  let state = NO_SCORES;
  return logits.flatMap((logit) => {
    const step = addScore(state, logit);
    state = step.state;
    return step.smoothed ?? [];
  });
}
