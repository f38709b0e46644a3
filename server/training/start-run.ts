import type { JobQueue, LearningStorage, NewTrainingRun, Scope, TrainingRun } from '../../domain/index.ts';
import { trainingJob } from './training-jobs.ts';

/** Stores a run and its job; a run without a job would be active for ever, so it fails when the queue refuses. */
export async function startRun(
  { storage, jobs }: { readonly storage: LearningStorage; readonly jobs: JobQueue },
  scope: Scope,
  run: NewTrainingRun,
): Promise<TrainingRun> {
  const created = await storage.trainingRuns.create(scope, run);
  try {
    await jobs.add(trainingJob(scope, run.runId));
  } catch (error) {
    await storage.trainingRuns.change(scope, run.runId, { state: 'failed', failure: (error as Error).message });
    throw error;
  }
  return created;
}
