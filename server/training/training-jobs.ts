import {
  type JobHandler,
  type JobQueue,
  type JobWorker,
  type JsonValue,
  type LearningStorage,
  type NewJob,
  Problem,
  type Scope,
  type TrainingRun,
  type TrainingRunner,
} from '../../domain/index.ts';

const TRAIN = 'train';

/** The job of a training run; runs of one environment take turns. */
export function trainingJob({ tenant, environment }: Scope, runId: string): NewJob & { readonly id: string } {
  const key = `${TRAIN}/${tenant}/${environment}`;
  return { id: `${TRAIN}-${runId}`, name: TRAIN, key, data: { tenant, environment, runId } };
}

/** Hears of a run that ended in this process: what its runner found, or why it failed. */
export type RunListener = (
  scope: Scope,
  run: TrainingRun,
  ended: { readonly result: JsonValue } | { readonly failure: string },
) => void;

/** Lets this process do training runs, one at a time. */
export function startTraining(
  storage: LearningStorage,
  jobs: JobQueue,
  runner: TrainingRunner,
  onEnd: RunListener = () => {},
): Promise<JobWorker> {
  return jobs.work({ [TRAIN]: trainingHandler(storage, runner, onEnd) }, 1);
}

/** Carries a run from the queue to its end. What the runner throws ends the run, unless the process closes under it. */
function trainingHandler({ trainingRuns }: LearningStorage, runner: TrainingRunner, onEnd: RunListener): JobHandler {
  return async ({ data, signal, report }) => {
    const { runId, ...scope } = data as unknown as Scope & { readonly runId: string };
    const run = await trainingRuns.change(scope, runId, { state: 'running' });
    // Cancelled before its turn came.
    if (run === undefined) return null;
    try {
      const result = await runner.train(scope, run, {
        signal,
        report: async (progress, dataSetHash) => {
          const change = { progress, ...(dataSetHash === undefined ? {} : { dataSetHash }) };
          const shown = await trainingRuns.change(scope, runId, change);
          if (shown === undefined) throw new Problem('trainingRunOver', `"${runId}"`);
          await report(progress);
        },
      });
      await trainingRuns.change(scope, runId, { state: 'completed', result });
      onEnd(scope, run, { result });
    } catch (error) {
      if (signal.aborted) throw error;
      const failure = error instanceof Error ? error.message : String(error);
      await trainingRuns.change(scope, runId, { state: 'failed', failure });
      onEnd(scope, run, { failure });
    }
    return null;
  };
}
