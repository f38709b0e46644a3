import type { ConnectionOptions, IQueueBackend, Queue, Worker } from 'bullmq';
import type { JsonValue } from '../domain/index.ts';
import type { JobEnvelope, StoredJob } from './job-envelope.ts';

/** A BullMQ queue of ours, whichever backend keeps it. */
export type StoredQueue = Queue<
  JobEnvelope,
  JsonValue,
  string,
  JobEnvelope,
  JsonValue,
  string,
  IQueueBackend,
  ConnectionOptions
>;

/** A BullMQ worker of ours, whichever backend it works for. */
export type StoredWorker = Worker<JobEnvelope, JsonValue, string, IQueueBackend>;

/** Runs one job that the worker has claimed under a token. */
export type ProcessJob = (job: StoredJob, token: string) => Promise<JsonValue>;

/** Where jobs are kept: Redis or PostgreSQL. */
export interface BullMqBackend {
  openQueue(): StoredQueue;
  /** A worker that does not run yet. */
  openWorker(processJob: ProcessJob, options: BackendWorkerOptions): StoredWorker;
  /** Connects no more: BullMQ closes what is connected, and leaves what is not to go on trying. */
  giveUp(): void;
}

/** How a worker claims jobs. */
export interface BackendWorkerOptions {
  readonly concurrency: number;
  /** How long a claim holds without being renewed, and how often claims that ended are looked for. */
  readonly leaseMs: number;
}

/** Name of the one queue that all jobs go through. */
export const QUEUE_NAME = 'rampwright';

/** What BullMQ wants to know of a worker, the same on both backends. */
export function workerOptions({ concurrency, leaseMs }: BackendWorkerOptions) {
  return { autorun: false, concurrency, lockDuration: leaseMs, stalledInterval: leaseMs, maxStalledCount: MAX_CRASHES };
}

/** A job whose process ended under it more often than this is taken for the cause, and fails. */
const MAX_CRASHES = 3;
