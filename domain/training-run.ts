import type { JobProgress } from './job-queue.ts';
import type { JsonValue } from './json.ts';

/** Where a training run stands. */
export type TrainingRunState = 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';

/** A run to be started. */
export interface NewTrainingRun {
  readonly runId: string;
  /** What it trains, such as "risk": one run of a kind at a time in an environment. */
  readonly kind: string;
  /** Why it was started: "operator", "schedule", "drift", … */
  readonly trigger: string;
  /** Id of the API key, or what pulled the trigger. */
  readonly actor: string;
  /** Only what was known by then may be learned from. */
  readonly cutOffMs: number;
}

/** A run as it stands. */
export interface TrainingRun extends NewTrainingRun {
  readonly state: TrainingRunState;
  readonly progress: JobProgress;
  /** null until the data set has been made. */
  readonly dataSetHash: string | null;
  /** What it found; null unless completed. */
  readonly result: JsonValue;
  readonly failure: string | null;
  readonly createdAtMs: number;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
}

/** What changes in a run; what is absent stays. */
export interface TrainingRunChange {
  readonly state?: TrainingRunState;
  readonly progress?: JobProgress;
  readonly dataSetHash?: string;
  readonly result?: JsonValue;
  readonly failure?: string;
}
