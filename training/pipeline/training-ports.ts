import type { DecisionModels, Observation, Outcome } from '../../controller/index.ts';
import type { JobProgress, JsonValue, NewModel } from '../../domain/index.ts';
import type { RecordedGeneration } from '../dataset/recorded-generation.ts';

/** What a training run needs from outside; each may be called again for a run that was cut off. */
export interface TrainingPorts {
  /** Names of the rollouts that have records. */
  listRollouts(): Promise<readonly string[]>;
  /** All generations of one rollout: read one rollout at a time, because records are large. */
  readGenerations(rollout: string): Promise<readonly RecordedGeneration[]>;
  /** The champion of the kind, its artefact unchecked; undefined when there is none or it cannot be read. */
  readChampion(): Promise<{ readonly modelId: string; readonly artefact: JsonValue } | undefined>;
  /** What an earlier attempt of this run has kept; undefined when it has not come so far. */
  readStep(step: string): Promise<JsonValue | undefined>;
  writeStep(step: string, output: JsonValue): Promise<void>;
  /** Stores a candidate; a model of the same id is the one that an earlier attempt has stored. */
  register(model: NewModel, reason: string): Promise<void>;
  /** Lets the model score without deciding. */
  moveToShadow(modelId: string, reason: string): Promise<void>;
  promote(modelId: string, reason: string): Promise<void>;
  /** Shows how far the run is; rejects when somebody has cancelled it. */
  report(progress: JobProgress, dataSetHash?: string): Promise<void>;
}

/** What a training run computes with; none of it does I/O. */
export interface TrainingTools {
  /** SHA-256 in hexadecimal. */
  digest(text: string): string;
  /** A stopwatch, ms since anything. */
  stopwatchMs(): number;
  /** `decide`. */
  decide(observation: Observation, models?: DecisionModels): Outcome;
}
