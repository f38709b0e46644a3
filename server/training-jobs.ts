import {
  type JobHandler,
  type JobQueue,
  type JobWorker,
  type LearningStorage,
  type NewJob,
  Problem,
  type Scope,
  type TrainingRunner,
} from '../domain/index.ts';

const TRAIN = 'train';

/** The job of a training run; runs of one environment take turns. */
export function trainingJob({ tenant, environment }: Scope, runId: string): NewJob & { readonly id: string } {
  const key = `${TRAIN}/${tenant}/${environment}`;
  return { id: `${TRAIN}-${runId}`, name: TRAIN, key, data: { tenant, environment, runId } };
}

/** Lets this process do training runs, one at a time. */
export function startTraining(storage: LearningStorage, jobs: JobQueue, runner: TrainingRunner): Promise<JobWorker> {
  return jobs.work({ [TRAIN]: trainingHandler(storage, runner) }, 1);
}

/** Carries a run from the queue to its end. What the runner throws ends the run, unless the process closes under it. */
function trainingHandler({ trainingRuns }: LearningStorage, runner: TrainingRunner): JobHandler {
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
    } catch (error) {
      if (signal.aborted) throw error;
      const failure = error instanceof Error ? error.message : String(error);
      await trainingRuns.change(scope, runId, { state: 'failed', failure });
    }
    return null;
  };
}
