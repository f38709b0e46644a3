import type { ChampionMove, ModelRecord, ModelReview, TrainingRun } from '../../../domain/index.ts';

export type { InputDrift, ModelRecord, ModelReview, TrainingRun } from '../../../domain/index.ts';

/** `GET …/models`. */
export interface ModelsAnswer {
  readonly models: readonly ModelRecord[];
}

/** `GET …/models/:model`. */
export interface ModelAnswer {
  readonly model: ModelRecord;
  readonly lineage: readonly string[];
  readonly moves: readonly ChampionMove[];
}

/** `GET …/model-reviews`. */
export interface ModelReviewsAnswer {
  readonly reviews: readonly ModelReview[];
}

/** `GET …/training-runs`. */
export interface TrainingRunsAnswer {
  readonly trainingRuns: readonly TrainingRun[];
}
