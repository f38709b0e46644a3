import type { JobProgress } from './job-queue.ts';
import type { JsonValue } from './json.ts';
import type { Scope } from './ports.ts';
import type { TrainingRun } from './training-run.ts';

/** What a runner is given beside the run. */
export interface TrainingWork {
  /** Aborted when the run is cancelled, and when this process closes: the run then begins again elsewhere. */
  readonly signal: AbortSignal;
  /** Shows how far it is; rejects when the run is over, because somebody has cancelled it. */
  report(progress: JobProgress, dataSetHash?: string): Promise<void>;
}

/** The learning behind training runs. */
export interface TrainingRunner {
  /** What it can train, such as "risk". */
  readonly kinds: readonly string[];
  /** Does the run and resolves to what it found. It may be called again for a run that was cut off. */
  train(scope: Scope, run: TrainingRun, work: TrainingWork): Promise<JsonValue>;
}
