import { randomUUID } from 'node:crypto';
import type {
  Job,
  JobHandler,
  JobQueue,
  JobSchedule,
  JobState,
  JobWorker,
  JsonValue,
  ListedSchedule,
  NewJob,
} from '../domain/index.ts';
import { endsWithin } from './answer-in-time.ts';
import { checkJob, checkSchedule } from './check-job.ts';
import { nextCronTime } from './next-cron-time.ts';
import { shiftOf } from './shift-of.ts';

/** How often a worker looks for jobs that are due. */
const LOOK_MS = 5;

const HAND_BACK_MS = 2_000;

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

interface KeptJob {
  readonly added: NewJob;
  readonly shown: Mutable<Job>;
  dueAtMs: number;
  running: AbortController | null;
  cancellation: string | null;
}

interface KeptSchedule {
  readonly schedule: JobSchedule;
  nextAtMs: number;
}

/** Jobs of one process, which end with it; several queues may share them. */
export class JobsInMemory {
  readonly jobs = new Map<string, KeptJob>();
  readonly schedules = new Map<string, KeptSchedule>();
}

/** The job queue without any service, for tests and for trying things out: it keeps no job beyond its process. */
export class InProcessJobQueue implements JobQueue {
  readonly #kept: JobsInMemory;
  readonly #workers: InProcessWorker[] = [];

  constructor(kept = new JobsInMemory()) {
    this.#kept = kept;
  }

  async add(job: NewJob): Promise<string> {
    checkJob(job);
    const id = job.id ?? `job-${randomUUID()}`;
    if (!this.#kept.jobs.has(id)) keep(this.#kept, { ...job, id }, Date.now() + (job.delayMs ?? 0));
    return id;
  }

  async schedule(schedule: JobSchedule): Promise<void> {
    const nowMs = Date.now();
    checkSchedule(schedule, nowMs);
    const known = this.#kept.schedules.get(schedule.id)?.schedule;
    if (known !== undefined && JSON.stringify(known) === JSON.stringify(schedule)) return;
    this.#kept.schedules.set(schedule.id, { schedule, nextAtMs: firstTime(schedule, nowMs) });
  }

  async unschedule(id: string): Promise<boolean> {
    return this.#kept.schedules.delete(id);
  }

  async listSchedules(): Promise<readonly ListedSchedule[]> {
    return [...this.#kept.schedules.values()]
      .map(({ schedule: { id, timing, job }, nextAtMs }) => ({ id, name: job.name, timing, nextAtMs }))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  async read(id: string): Promise<Job | undefined> {
    const job = this.#kept.jobs.get(id);
    return job && structuredClone(job.shown);
  }

  async list(options: { readonly limit: number; readonly name?: string; readonly state?: JobState }) {
    const { limit, name, state } = options;
    return [...this.#kept.jobs.values()]
      .reverse()
      .map(({ shown }) => structuredClone(shown))
      .filter((job) => (name === undefined || job.name === name) && (state === undefined || job.state === state))
      .slice(0, limit);
  }

  async cancel(id: string, reason: string): Promise<boolean> {
    const job = this.#kept.jobs.get(id);
    const isOver = job === undefined || ['completed', 'failed', 'cancelled'].includes(job.shown.state);
    if (isOver || job.cancellation !== null) return job !== undefined && !isOver;
    job.cancellation = reason;
    if (job.running === null) end(job, { state: 'cancelled', failure: reason });
    else job.running.abort('cancelled');
    return true;
  }

  async work(handlers: Readonly<Record<string, JobHandler>>, concurrency: number): Promise<JobWorker> {
    const worker = new InProcessWorker(this.#kept, handlers, concurrency);
    this.#workers.push(worker);
    return worker;
  }

  async whyAway(): Promise<string | null> {
    return null;
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.close(0)));
  }
}

class InProcessWorker implements JobWorker {
  readonly #kept: JobsInMemory;
  readonly #handlers: Readonly<Record<string, JobHandler>>;
  readonly #concurrency: number;
  readonly #running = new Map<KeptJob, Promise<void>>();
  readonly #looking: NodeJS.Timeout;

  constructor(kept: JobsInMemory, handlers: Readonly<Record<string, JobHandler>>, concurrency: number) {
    this.#kept = kept;
    this.#handlers = handlers;
    this.#concurrency = concurrency;
    this.#looking = setInterval(() => this.#look(Date.now()), LOOK_MS);
  }

  async close(graceMs: number): Promise<void> {
    clearInterval(this.#looking);
    const ended = Promise.all(this.#running.values());
    if (await endsWithin(graceMs, ended)) return;
    for (const job of this.#running.keys()) job.running?.abort('closing');
    await endsWithin(HAND_BACK_MS, ended);
  }

  #look(nowMs: number): void {
    for (const kept of this.#kept.schedules.values()) if (kept.nextAtMs <= nowMs) addScheduled(this.#kept, kept, nowMs);
    for (const job of this.#kept.jobs.values()) {
      if (this.#running.size >= this.#concurrency) return;
      if (isDue(job, nowMs) && Object.hasOwn(this.#handlers, job.shown.name) && !this.#isInUse(job.shown.key)) {
        const running = this.#run(job).finally(() => this.#running.delete(job));
        this.#running.set(job, running);
      }
    }
  }

  #isInUse(key: string | null): boolean {
    return key !== null && [...this.#kept.jobs.values()].some(({ shown, running }) => running && shown.key === key);
  }

  async #run(job: KeptJob): Promise<void> {
    const { shown, added } = job;
    const running = new AbortController();
    job.running = running;
    Object.assign(shown, { state: 'active', startedAtMs: Date.now() });
    try {
      const { id, name, data } = shown;
      const report = async (progress: Job['progress']) => {
        shown.progress = progress;
      };
      const run = { id, name, data: structuredClone(data), attempt: shown.attemptCount + 1, signal: running.signal };
      const result: JsonValue = await this.#handlers[name]!({ ...run, report });
      shown.attemptCount += 1;
      end(job, { state: 'completed', result, failure: null });
    } catch (error) {
      this.#afterFailure(job, added, error);
    } finally {
      job.running = null;
    }
  }

  #afterFailure(job: KeptJob, { maxAttempts = 1, backOffMs = 1_000 }: NewJob, error: unknown): void {
    const { shown, running, cancellation } = job;
    if (cancellation === null && running?.signal.aborted) {
      shown.state = 'waiting';
      return;
    }
    shown.attemptCount += 1;
    const failure = cancellation ?? (error instanceof Error ? error.message : String(error));
    if (cancellation !== null) end(job, { state: 'cancelled', failure });
    else if (shown.attemptCount >= maxAttempts) end(job, { state: 'failed', failure });
    else {
      job.dueAtMs = Date.now() + backOffMs * 2 ** (shown.attemptCount - 1);
      Object.assign(shown, { state: 'delayed', failure });
    }
  }
}

function keep(kept: JobsInMemory, added: NewJob & { readonly id: string }, dueAtMs: number): void {
  const addedAtMs = Date.now();
  const shown: Job = {
    id: added.id,
    name: added.name,
    data: structuredClone(added.data),
    key: added.key ?? null,
    state: dueAtMs > addedAtMs ? 'delayed' : 'waiting',
    progress: null,
    attemptCount: 0,
    failure: null,
    result: null,
    addedAtMs,
    startedAtMs: null,
    endedAtMs: null,
  };
  kept.jobs.set(added.id, { added, shown, dueAtMs, running: null, cancellation: null });
}

function addScheduled(kept: JobsInMemory, due: KeptSchedule, nowMs: number): void {
  const { schedule, nextAtMs } = due;
  const { id, timing, jitterMs = 0, job } = schedule;
  keep(kept, { ...job, id: `repeat:${id}:${nextAtMs}` }, nextAtMs + shiftOf(id, jitterMs));
  due.nextAtMs =
    timing.kind === 'interval' ? Math.max(nextAtMs + timing.everyMs, nowMs) : firstTime(schedule, nextAtMs);
}

function firstTime({ timing }: JobSchedule, nowMs: number): number {
  return timing.kind === 'interval' ? nowMs : nextCronTime(timing.pattern, timing.timeZone, nowMs)!;
}

function isDue({ shown, dueAtMs, running }: KeptJob, nowMs: number): boolean {
  return running === null && (shown.state === 'waiting' || (shown.state === 'delayed' && dueAtMs <= nowMs));
}

function end({ shown }: KeptJob, changes: Pick<Job, 'state' | 'failure'> & Partial<Job>): void {
  Object.assign(shown, { ...changes, endedAtMs: Date.now() });
}
