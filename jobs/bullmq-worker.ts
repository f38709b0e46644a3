import { setTimeout as pause } from 'node:timers/promises';
import { DelayedError, UnrecoverableError, WaitingError } from 'bullmq';
import type { JobHandler, JobProgress, JobWorker, JsonValue } from '../domain/index.ts';
import { answerInTime, endsWithin } from './answer-in-time.ts';
import type { BullMqBackend, StoredQueue, StoredWorker } from './bullmq-backend.ts';
import { cancellationOf, type StoredJob } from './job-envelope.ts';
import { whenLater } from './when-later.ts';

/** How often jobs in progress are looked at, to see whether another process has cancelled them. */
const LOOK_MS = 500;

/** How long handlers may take to end once their signals were aborted. */
const HAND_BACK_MS = 2_000;

const RECONNECT_PAUSE_MS = 1_000;

/** Reasons of an aborted signal that are no cancellation. */
const CLOSING = 'this process is closing';
const TAKEN_OVER = 'the job was not renewed in time and may run elsewhere';

/** What a worker is told. */
interface BullMqWorkerOptions {
  readonly handlers: Readonly<Record<string, JobHandler>>;
  readonly concurrency: number;
  readonly leaseMs: number;
  readonly onError: (error: unknown) => void;
}

/** Runs jobs that BullMQ hands out. */
export class BullMqWorker implements JobWorker {
  readonly #options: BullMqWorkerOptions;
  readonly #backend: BullMqBackend;
  readonly #queue: () => StoredQueue;
  #worker: StoredWorker;
  /** Jobs in progress here. */
  readonly #running = new Map<string, AbortController>();
  #isClosing = false;
  #looking: NodeJS.Timeout | undefined;
  #closed: Promise<void> | undefined;

  constructor(backend: BullMqBackend, queue: () => StoredQueue, options: BullMqWorkerOptions) {
    this.#options = options;
    this.#backend = backend;
    this.#queue = queue;
    this.#worker = this.#open();
  }

  /** Starts to take jobs, now or, when there is no connection within `ms`, as soon as there is one. */
  async start(ms: number): Promise<void> {
    await endsWithin(ms, this.#run());
  }

  /** Tells a job that runs here that it has been cancelled. */
  cancel(id: string): void {
    this.#running.get(id)?.abort('cancelled');
  }

  close(graceMs: number): Promise<void> {
    this.#closed ??= this.#close(graceMs);
    return this.#closed;
  }

  async #close(graceMs: number): Promise<void> {
    this.#isClosing = true;
    // Without its service BullMQ would wait for what it blocks on, and renew claims for ever; and no job could end well.
    const isAnswered = await this.#isAnswered();
    const closed = this.#worker.close(!isAnswered);
    if (isAnswered && graceMs > 0 && (await endsWithin(graceMs, closed))) return clearTimeout(this.#looking);
    for (const running of this.#running.values()) running.abort(CLOSING);
    const isClosed = await endsWithin(HAND_BACK_MS, closed);
    clearTimeout(this.#looking);
    // With a handler that ignores its signal it would wait for ever.
    if (!isClosed) await endsWithin(HAND_BACK_MS, this.#worker.disconnect());
  }

  #isAnswered(): Promise<boolean> {
    return answerInTime(HAND_BACK_MS, this.#worker.getBackend().isMaxed()).then(
      () => true,
      () => false,
    );
  }

  #open(): StoredWorker {
    const worker = this.#backend.openWorker((job, token) => this.#process(job, token), this.#options);
    worker.on('error', this.#options.onError);
    worker.on('lockRenewalFailed', (ids) => {
      for (const id of ids) this.#running.get(id)?.abort(TAKEN_OVER);
    });
    return worker;
  }

  async #run(): Promise<void> {
    while (!this.#isClosing) {
      try {
        await this.#worker.waitUntilReady();
        if (this.#isClosing) return;
        this.#worker.run().catch(this.#options.onError);
        this.#lookLater();
        return;
      } catch (error) {
        this.#options.onError(error);
        await pause(RECONNECT_PAUSE_MS, undefined, { ref: false });
        // PostgreSQL's side of BullMQ tries to connect once and then fails for ever.
        this.#worker.close().catch(this.#options.onError);
        if (!this.#isClosing) this.#worker = this.#open();
      }
    }
  }

  async #process(job: StoredJob, token: string): Promise<JsonValue> {
    const id = job.id!;
    const handler = this.#options.handlers[job.name];
    const cancellation = cancellationOf(job);
    if (cancellation !== null) throw new UnrecoverableError(cancellation);
    const laterMs = await whenLater(job, this.#queue(), handler !== undefined);
    if (laterMs !== null || handler === undefined) {
      await job.moveToDelayed(Date.now() + (laterMs ?? 0), token);
      throw new DelayedError();
    }
    if (this.#isClosing) return await handBack(job, token);
    const running = new AbortController();
    this.#running.set(id, running);
    try {
      return await handler({
        id,
        name: job.name,
        data: job.data.data,
        attempt: job.attemptsMade + 1,
        signal: running.signal,
        report: (progress: JobProgress) => job.updateProgress(progress),
      });
    } catch (error) {
      const { aborted, reason } = running.signal;
      if (!aborted) throw error;
      if (reason === CLOSING) return await handBack(job, token);
      throw new UnrecoverableError(String(reason));
    } finally {
      this.#running.delete(id);
    }
  }

  #lookLater(): void {
    if (this.#isClosing && this.#running.size === 0) return;
    this.#looking = setTimeout(() => {
      void this.#look()
        .catch(this.#options.onError)
        .finally(() => this.#lookLater());
    }, LOOK_MS);
  }

  async #look(): Promise<void> {
    for (const [id, running] of this.#running) {
      const job = await this.#queue().getJob(id);
      if (job === undefined) running.abort(TAKEN_OVER);
      else if (cancellationOf(job) !== null) running.abort('cancelled');
    }
  }
}

/** Lets another worker have it. */
async function handBack(job: StoredJob, token: string): Promise<never> {
  await job.moveToWait(token);
  throw new WaitingError();
}
