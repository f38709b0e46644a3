import type { JsonValue } from './json.ts';

/** Where a job stands; a delayed one waits for its time, its turn or its next attempt. */
export type JobState = 'waiting' | 'delayed' | 'active' | 'completed' | 'failed' | 'cancelled';

/** Work to be done once, by some process, at some time. */
export interface NewJob {
  /** Which handler runs it. */
  readonly name: string;
  /** Ids rather than state: a job may run long after it was added, and more than once. */
  readonly data: JsonValue;
  /** Adding a job whose id is known, even of one that is over, adds nothing. Letters, digits, ".", "_", "-"; first a letter. */
  readonly id?: string;
  /** Jobs of one key run one at a time; the order among those that wait is not promised. */
  readonly key?: string;
  readonly delayMs?: number;
  /** Attempts in all; default 1. */
  readonly maxAttempts?: number;
  /** Pause before the second attempt, doubled before each further one; default 1 s. */
  readonly backOffMs?: number;
}

/**
 * When a job is added again and again: by a cron pattern in a time zone, or at once and then every so many ms.
 *
 * A pattern has five fields, or six with the second first: numbers, `*`, ranges, lists and steps.
 */
export type JobTiming =
  | { readonly kind: 'cron'; readonly pattern: string; readonly timeZone: string }
  | { readonly kind: 'interval'; readonly everyMs: number };

/** Jobs that are added by the clock. */
export interface JobSchedule {
  readonly id: string;
  readonly timing: JobTiming;
  /** Each schedule is late by a share of this that depends on its id alone, so that not all start at once; default 0. */
  readonly jitterMs?: number;
  readonly job: Omit<NewJob, 'id' | 'delayMs'>;
}

/** How far a job has come, by its own word. */
export interface JobProgress {
  /** In [0, 1]. */
  readonly share: number;
  readonly words: string;
}

/** A job as it stands. */
export interface Job {
  readonly id: string;
  readonly name: string;
  readonly data: JsonValue;
  readonly key: string | null;
  readonly state: JobState;
  /** null before its handler says anything. */
  readonly progress: JobProgress | null;
  /** Attempts that have failed or completed; one that was cut off by the end of its process is none. */
  readonly attemptCount: number;
  /** Why the last attempt failed, or why the job was cancelled. */
  readonly failure: string | null;
  /** What the handler returned; null unless completed. */
  readonly result: JsonValue;
  readonly addedAtMs: number;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
}

/** A schedule as it stands. */
export interface ListedSchedule {
  readonly id: string;
  readonly name: string;
  readonly timing: JobTiming;
  /** When the next job is due, jitter not counted. */
  readonly nextAtMs: number;
}

/** What a handler is given. */
export interface JobRun {
  readonly id: string;
  readonly name: string;
  readonly data: JsonValue;
  /** 1 for the first. */
  readonly attempt: number;
  /** Aborted when the job is cancelled, when this process closes, or when another one has taken the job over. */
  readonly signal: AbortSignal;
  report(progress: JobProgress): Promise<void>;
}

/**
 * Does the work and resolves to its result.
 *
 * It may be run twice for one job, even at once when a process was suspended: what it does twice must count once. What it
 * throws is a failed attempt, unless the job was cancelled or given back.
 */
export type JobHandler = (run: JobRun) => Promise<JsonValue>;

/** Runs jobs in this process. */
export interface JobWorker {
  /**
   * Takes no more jobs and waits for those in progress; what has not ended after `graceMs` sees its signal aborted and is
   * given back, to run again elsewhere or later.
   */
  close(graceMs: number): Promise<void>;
}

/** Work that outlives requests and processes: at least once, with retries, schedules and progress. */
export interface JobQueue {
  /**
   * Adds a job and resolves to its id; Problem `invalidJob`, or `jobsUnavailable`, after which the job may or may not
   * have been added.
   */
  add(job: NewJob): Promise<string>;
  /** Creates or replaces a schedule; one that is the same already stays as it is. Problem `invalidJob`. */
  schedule(schedule: JobSchedule): Promise<void>;
  /** True when there was such a schedule; its job that waits goes with it, one in progress goes on. */
  unschedule(id: string): Promise<boolean>;
  /** By id. */
  listSchedules(): Promise<readonly ListedSchedule[]>;
  /** Undefined when it never was, or was forgotten: jobs that are over are kept for days, and by number. */
  read(id: string): Promise<Job | undefined>;
  /** Newest first, of the newest few hundred of each state. */
  list(options: { readonly limit: number; readonly name?: string; readonly state?: JobState }): Promise<readonly Job[]>;
  /**
   * Cancels a job that is not over: one that waits never runs, one in progress sees its signal aborted soon, wherever it
   * runs. False when there is nothing to cancel.
   */
  cancel(id: string, reason: string): Promise<boolean>;
  /** Starts to run jobs, at most `concurrency` at once; jobs without a handler here are left to others. */
  work(handlers: Readonly<Record<string, JobHandler>>, concurrency: number): Promise<JobWorker>;
  /** Null when jobs can be added, else why not. */
  whyAway(): Promise<string | null>;
  /** Closes what this queue holds, its workers first. */
  close(): Promise<void>;
}
