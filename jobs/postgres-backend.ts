import type { EventEmitter } from 'node:events';
import { createPostgresBackend, type PostgresPoolConfig, Queue, Worker } from 'bullmq';
import {
  type BackendWorkerOptions,
  type BullMqBackend,
  type ProcessJob,
  QUEUE_NAME,
  type StoredQueue,
  type StoredWorker,
  workerOptions,
} from './bullmq-backend.ts';
import type { StoredJob } from './job-envelope.ts';

/** Where the database is: a URL, or the directory of the embedded one's socket. */
export type JobDatabase =
  | { readonly connectionString: string }
  | { readonly host: string; readonly user: string; readonly database: string };

/** Of its own: on a pool that is shared, waiting jobs would starve everybody. */
const MAX_CONNECTIONS = 2;

/** An idle worker looks this often, because the embedded database wakes nobody on another connection. */
const LOOK_S = 1;

/** When a queue gives a connection up whose statement gets no answer; nobody waits for it as long. */
const QUERY_TIMEOUT_MS = 15_000;

const CONNECT_TIMEOUT_MS = 5_000;

/**
 * BullMQ's backend, but while jobs are delayed its workers look as often as otherwise.
 *
 * They would sleep until the next delayed job is due, for up to an hour, and rely on being woken.
 */
const createLookingBackend: typeof createPostgresBackend = (...parameters) =>
  Object.defineProperty(createPostgresBackend(...parameters), 'maximumBlockTimeout', { value: LOOK_S });

/** Jobs in PostgreSQL, in a schema of BullMQ's own, which it creates and brings up to date. */
export function postgresBackend(database: JobDatabase): BullMqBackend {
  const connection: PostgresPoolConfig = {
    ...database,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    migrate: true,
    // While BullMQ prepares its schema it has a connection in use that nobody listens to: one that broke would end the
    // process. Its statements fail, which is how the failure is heard of.
    onConnect: (client: EventEmitter) => client.on('error', () => {}),
  };
  return {
    // Its connections are made when there is something to ask, and never by themselves.
    giveUp: () => {},
    openQueue: () =>
      new Queue(
        QUEUE_NAME,
        { connection: { ...connection, query_timeout: QUERY_TIMEOUT_MS } },
        createPostgresBackend,
      ) as unknown as StoredQueue,
    // No time limit for a worker's statements: one that strikes while it starts makes it spin without a pause.
    openWorker: (processJob: ProcessJob, options: BackendWorkerOptions) =>
      new Worker(
        QUEUE_NAME,
        (job, token) => processJob(job as StoredJob, token!),
        { ...workerOptions(options), connection, drainDelay: LOOK_S },
        createLookingBackend,
      ) as unknown as StoredWorker,
  };
}
