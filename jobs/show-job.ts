import type { Job, JobProgress, JobState } from '../domain/index.ts';
import { cancellationOf, type StoredJob } from './job-envelope.ts';

/** What BullMQ calls the states of our jobs. */
export type StoredState = 'waiting' | 'delayed' | 'active' | 'completed' | 'failed';

/** A stored job in the words of the domain; one that was cancelled and does not run is cancelled, wherever it is kept. */
export function showJob(job: StoredJob, stored: StoredState): Job {
  const cancellation = cancellationOf(job);
  const isCancelled = cancellation !== null && stored !== 'completed' && stored !== 'active';
  const state: JobState = isCancelled ? 'cancelled' : stored;
  return {
    id: job.id!,
    name: job.name,
    data: job.data.data,
    key: job.data.key,
    state,
    progress: typeof job.progress === 'object' ? (job.progress as JobProgress) : null,
    attemptCount: job.attemptsMade,
    failure: isCancelled ? cancellation : (job.failedReason ?? null),
    result: stored === 'completed' ? (job.returnvalue ?? null) : null,
    addedAtMs: job.timestamp,
    startedAtMs: job.processedOn ?? null,
    endedAtMs: job.finishedOn ?? null,
  };
}
