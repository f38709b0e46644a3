import type { Clock, JobQueue, LearningStorage, Scope, TrainingRun } from '../../domain/index.ts';
import { trainingJob } from './training-jobs.ts';

/** A run and its job are added one after the other: a run younger than this may have its job still to come. */
const JOB_TO_COME_MS = 60_000;

/** Most active runs of an environment that are looked at in one turn: there is one of a kind. */
const MAX_ACTIVE = 50;

/**
 * Marks runs as failed whose job is over or gone: of a process that died, and that the queue has given up.
 *
 * Without it such a run would be active for ever, and no other of its kind could start. A job that still waits for
 * another attempt is left alone. Does nothing while the queue is away.
 */
export async function failLostRuns(
  storage: LearningStorage,
  jobs: JobQueue,
  clock: Clock,
): Promise<readonly (Scope & { readonly runId: string })[]> {
  if ((await jobs.whyAway()) !== null) return [];
  const lost: (Scope & { readonly runId: string })[] = [];
  for (const { tenant, environment } of await storage.flags.listVersions()) {
    const scope = { tenant, environment };
    for (const run of await activeRuns(storage, scope)) {
      if (clock.nowMs() - run.createdAtMs < JOB_TO_COME_MS) continue;
      const failure = await whyLost(jobs, scope, run);
      if (failure === undefined) continue;
      const failed = await storage.trainingRuns.change(scope, run.runId, { state: 'failed', failure });
      if (failed !== undefined) lost.push({ ...scope, runId: run.runId });
    }
  }
  return lost;
}

async function activeRuns({ trainingRuns }: LearningStorage, scope: Scope): Promise<readonly TrainingRun[]> {
  const queued = await trainingRuns.list(scope, { limit: MAX_ACTIVE, state: 'queued' });
  const running = await trainingRuns.list(scope, { limit: MAX_ACTIVE, state: 'running' });
  return [...queued, ...running];
}

async function whyLost(jobs: JobQueue, scope: Scope, { runId }: TrainingRun): Promise<string | undefined> {
  const job = await jobs.read(trainingJob(scope, runId).id);
  if (job === undefined) return 'its job is gone: the queue was emptied, or the process died before it was added';
  switch (job.state) {
    case 'waiting':
    case 'delayed':
    case 'active':
      return undefined;
    case 'completed':
    case 'failed':
    case 'cancelled':
      return `its job is ${job.state}: ${job.failure ?? 'the process that did it died'}`;
  }
}
