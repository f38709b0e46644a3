import { randomUUID } from 'node:crypto';
import type { JobsOptions } from 'bullmq';
import type {
  Job,
  JobHandler,
  JobQueue,
  JobSchedule,
  JobState,
  JobWorker,
  ListedSchedule,
  NewJob,
} from '../domain/index.ts';
import { answerInTime, endsWithin } from './answer-in-time.ts';
import type { BullMqBackend, StoredQueue } from './bullmq-backend.ts';
import { BullMqWorker } from './bullmq-worker.ts';
import { checkJob, checkSchedule } from './check-job.ts';
import type { JobEnvelope } from './job-envelope.ts';
import { isSameSchedule, timingOf } from './same-schedule.ts';
import { shiftOf } from './shift-of.ts';
import { type StoredState, showJob } from './show-job.ts';

/** Jobs that are over are kept this long, for people to look at and so that their ids stay known. */
const KEPT_S = 30 * 24 * 3_600;
const KEPT_COUNT = 1_000;

const MAX_LISTED_PER_STATE = 200;
const MAX_SCHEDULES = 10_000;

const CLOSE_TIMEOUT_MS = 2_000;

const STORED_STATES: readonly StoredState[] = ['active', 'waiting', 'delayed', 'completed', 'failed'];

/** What a queue on BullMQ is told. */
export interface BullMqJobQueueOptions {
  /** How long anything may take that a caller waits for. */
  readonly answerMs: number;
  /** How long a job stays claimed by a process that does not renew the claim. */
  readonly leaseMs: number;
  /** Told of failures that no caller waits for. */
  readonly onError: (error: unknown) => void;
}

/** Jobs on BullMQ, whichever backend keeps them. */
export class BullMqJobQueue implements JobQueue {
  readonly #backend: BullMqBackend;
  readonly #options: BullMqJobQueueOptions;
  /** Opened when something is asked for the first time. */
  #queue: StoredQueue | undefined;
  readonly #workers = new Set<BullMqWorker>();

  constructor(backend: BullMqBackend, options: BullMqJobQueueOptions) {
    this.#backend = backend;
    this.#options = options;
  }

  async add(job: NewJob): Promise<string> {
    checkJob(job);
    const id = job.id ?? `job-${randomUUID()}`;
    const options = { ...storedOptions(job), jobId: id, delay: job.delayMs ?? 0 };
    await this.#ask((queue) => queue.add(job.name, envelope(job, 0), options));
    return id;
  }

  async schedule(schedule: JobSchedule): Promise<void> {
    checkSchedule(schedule, Date.now());
    const { id, timing, jitterMs = 0, job } = schedule;
    const template = { name: job.name, data: envelope(job, shiftOf(id, jitterMs)), opts: storedOptions(job) };
    await this.#ask(async (queue) => {
      // To replace one starts its interval anew, so what is the same stays.
      if (isSameSchedule(await queue.getJobScheduler(id), timing, template)) return;
      const { pattern, timeZone, everyMs } = { pattern: '', timeZone: '', everyMs: 0, ...timing };
      const repeat = timing.kind === 'cron' ? { pattern, tz: timeZone } : { every: everyMs };
      await queue.upsertJobScheduler(id, repeat, template);
    });
  }

  unschedule(id: string): Promise<boolean> {
    return this.#ask((queue) => queue.removeJobScheduler(id));
  }

  async listSchedules(): Promise<readonly ListedSchedule[]> {
    const schedulers = await this.#ask((queue) => queue.getJobSchedulers(0, MAX_SCHEDULES - 1, true));
    return schedulers
      .map(({ key, name, next = 0, ...rest }) => ({ id: key, name, timing: timingOf(rest), nextAtMs: next }))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  read(id: string): Promise<Job | undefined> {
    return this.#ask(async (queue) => {
      const job = await queue.getJob(id);
      return job && showJob(job, storedState(await job.getState()));
    });
  }

  async list(options: { readonly limit: number; readonly name?: string; readonly state?: JobState }) {
    const { limit, name, state } = options;
    const lists = await this.#ask((queue) =>
      Promise.all(
        STORED_STATES.map(async (stored) => {
          const jobs = await queue.getJobs([stored], 0, MAX_LISTED_PER_STATE - 1, false);
          // One that ends while the list is made may be gone.
          return jobs.filter((job) => job !== undefined).map((job) => showJob(job, stored));
        }),
      ),
    );
    const newestById = new Map(lists.flat().map((job) => [job.id, job]));
    return [...newestById.values()]
      .filter((job) => (name === undefined || job.name === name) && (state === undefined || job.state === state))
      .sort((a, b) => b.addedAtMs - a.addedAtMs || (a.id < b.id ? 1 : -1))
      .slice(0, limit);
  }

  async cancel(id: string, reason: string): Promise<boolean> {
    const isMarked = await this.#ask(async (queue) => {
      const job = await queue.getJob(id);
      if (job === undefined) return false;
      const { state } = showJob(job, storedState(await job.getState()));
      if (state === 'completed' || state === 'failed' || state === 'cancelled') return false;
      await job.updateData({ ...job.data, cancelled: { id, reason } });
      // A worker ends it when it takes it; one that became active meanwhile is not delayed any more.
      if (state === 'delayed') await job.promote().catch(() => {});
      return true;
    });
    if (isMarked) for (const worker of this.#workers) worker.cancel(id);
    return isMarked;
  }

  async work(handlers: Readonly<Record<string, JobHandler>>, concurrency: number): Promise<JobWorker> {
    const { onError, answerMs, leaseMs } = this.#options;
    const worker = new BullMqWorker(this.#backend, () => this.#open(), { handlers, concurrency, onError, leaseMs });
    this.#workers.add(worker);
    await worker.start(answerMs);
    return worker;
  }

  async whyAway(): Promise<string | null> {
    try {
      await this.#ask((queue) => queue.getJobCounts('active'));
      return null;
    } catch (error) {
      return (error as Error).message;
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#workers].map((worker) => worker.close(0)));
    await this.#closeQueue();
    this.#backend.giveUp();
  }

  async #closeQueue(): Promise<void> {
    const queue = this.#queue;
    if (queue === undefined || (await endsWithin(CLOSE_TIMEOUT_MS, queue.close()))) return;
    await endsWithin(CLOSE_TIMEOUT_MS, queue.disconnect());
  }

  #open(): StoredQueue {
    if (this.#queue !== undefined) return this.#queue;
    const { onError } = this.#options;
    const queue = this.#backend.openQueue();
    // Without a listener an error of the connection would end the process.
    queue.on('error', onError);
    // PostgreSQL's side of BullMQ tries to connect once and then fails for ever, so the next question opens another.
    queue.waitUntilReady().catch(() => {
      this.#queue = undefined;
      queue.close().catch(onError);
    });
    this.#queue = queue;
    return queue;
  }

  /** Nothing is asked before there is a connection: it would be done some day, when nobody waits for it any more. */
  async #ask<T>(question: (queue: StoredQueue) => Promise<T>): Promise<T> {
    const { answerMs } = this.#options;
    const queue = this.#open();
    await answerInTime(answerMs, queue.waitUntilReady());
    return answerInTime(answerMs, question(queue));
  }
}

function envelope({ data, key }: Omit<NewJob, 'id' | 'delayMs'>, shiftMs: number): JobEnvelope {
  return { data, key: key ?? null, shiftMs, cancelled: null };
}

function storedOptions({ maxAttempts = 1, backOffMs = 1_000 }: Omit<NewJob, 'id' | 'delayMs'>): JobsOptions {
  const kept = { age: KEPT_S, count: KEPT_COUNT };
  return {
    attempts: maxAttempts,
    backoff: { type: 'exponential', delay: backOffMs },
    removeOnComplete: kept,
    removeOnFail: kept,
    stackTraceLimit: 5,
  };
}

function storedState(state: string): StoredState {
  return STORED_STATES.find((known) => known === state) ?? 'waiting';
}
