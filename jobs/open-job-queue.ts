import { BullMqJobQueue } from './bullmq-job-queue.ts';
import { onceAMinute } from './once-a-minute.ts';
import { type JobDatabase, postgresBackend } from './postgres-backend.ts';
import { redisBackend } from './redis-backend.ts';

/** What every queue is told. */
interface JobQueueOptions {
  /** Told of failures that no caller waits for, of the same ones once a minute. */
  readonly onError: (error: unknown) => void;
  /** How long a job stays claimed by a process that does not renew the claim; default 30 s. */
  readonly leaseMs?: number;
  /** How long anything may take that a caller waits for; default 1 s with Redis, 10 s with PostgreSQL. */
  readonly answerMs?: number;
}

const LEASE_MS = 30_000;

const REDIS_ANSWER_MS = 1_000;

/** More than for Redis: others use the same database, a statement may wait for one of theirs, and the first one makes the tables. */
const POSTGRES_ANSWER_MS = 10_000;

/** Jobs in Redis; it may be away, now or later. */
export function openRedisJobQueue(redisUrl: string, options: JobQueueOptions): BullMqJobQueue {
  const { onError, leaseMs = LEASE_MS, answerMs = REDIS_ANSWER_MS } = options;
  return new BullMqJobQueue(redisBackend(redisUrl), { answerMs, onError: onceAMinute(onError), leaseMs });
}

/** Jobs in a PostgreSQL database, or the embedded one; it may be away, now or later. */
export function openPostgresJobQueue(database: JobDatabase, options: JobQueueOptions): BullMqJobQueue {
  const { onError, leaseMs = LEASE_MS, answerMs = POSTGRES_ANSWER_MS } = options;
  return new BullMqJobQueue(postgresBackend(database), { answerMs, onError: onceAMinute(onError), leaseMs });
}
