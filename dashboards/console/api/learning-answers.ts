import type { ChampionMove, ModelRecord, TrainingRun } from '../../../domain/index.ts';

export type { ModelRecord, TrainingRun } from '../../../domain/index.ts';

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

/** `GET …/training-runs`. */
export interface TrainingRunsAnswer {
  readonly trainingRuns: readonly TrainingRun[];
}
