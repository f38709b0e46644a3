import { Queue, Worker } from 'bullmq';
import {
  type BackendWorkerOptions,
  type BullMqBackend,
  type ProcessJob,
  QUEUE_NAME,
  type StoredQueue,
  type StoredWorker,
  workerOptions,
} from './bullmq-backend.ts';
import type { JobEnvelope } from './job-envelope.ts';

/** First part of the name of every key, because others may use the same Redis. */
const PREFIX = 'rampwright-jobs';

const CONNECT_TIMEOUT_MS = 2_000;

const RECONNECT_PAUSE_MS = 500;

/** Jobs in Redis. Both sides connect again by themselves, for as long as it takes or until they are given up. */
export function redisBackend(url: string): BullMqBackend {
  let isGivenUp = false;
  const retryStrategy = () => (isGivenUp ? null : RECONNECT_PAUSE_MS);
  const connection = { url, connectTimeout: CONNECT_TIMEOUT_MS, retryStrategy };
  return {
    giveUp: () => {
      isGivenUp = true;
    },
    // Who adds a job while Redis is away is told at once, instead of having it added some day.
    openQueue: () =>
      new Queue(QUEUE_NAME, {
        connection: { ...connection, maxRetriesPerRequest: 1, enableOfflineQueue: false },
        prefix: PREFIX,
      }) as unknown as StoredQueue,
    openWorker: (processJob: ProcessJob, options: BackendWorkerOptions) =>
      new Worker<JobEnvelope>(QUEUE_NAME, (job, token) => processJob(job, token!), {
        ...workerOptions(options),
        connection: { ...connection, maxRetriesPerRequest: null },
        prefix: PREFIX,
      }) as unknown as StoredWorker,
  };
}
