import type { MetricReport, ReportRow } from '../../domain/index.ts';
import type { ExposureLedger } from '../attribution/exposure-ledger.ts';
import { backOffMs } from '../back-off.ts';
import { type OnError, RampwrightError } from '../client-error.ts';
import type { Connection } from '../connection.ts';
import { type CancelTimer, type ClientClock, pause, type Random } from '../ports.ts';
import { ReportQueue } from './report-queue.ts';
import { sendReport } from './send-report.ts';

const MIN_INTERVAL_MS = 500;
const MAX_INTERVAL_MS = 10_000;
const IDLE_INTERVAL_MS = 1_000;
const INTERVAL_JITTER = 0.1;

/** What the reporter works with. */
export interface ReporterOptions {
  readonly connection: Connection;
  readonly clock: ClientClock;
  readonly random: Random;
  readonly ledger: ExposureLedger;
  readonly onError: OnError;
  /** Who reports; the epoch is larger after each restart. */
  readonly source: string;
  readonly epoch: number;
}

/** Reports windows as they close, each exactly once as far as the server is concerned. */
export class Reporter {
  /** Rows that reached the server after it had closed their windows. */
  lateRowCount = 0;
  readonly #options: ReporterOptions;
  readonly #queue: ReportQueue;
  readonly #ending = new AbortController();
  #waiting = new AbortController();
  #cancelTimer: CancelTimer = () => {};
  #sending: Promise<void> | undefined;
  #isDenied = false;

  constructor(options: ReporterOptions) {
    this.#options = options;
    this.#queue = new ReportQueue({ source: options.source, epoch: options.epoch });
  }

  get pendingReportCount(): number {
    return this.#queue.size;
  }

  get droppedReportCount(): number {
    return this.#queue.droppedReportCount;
  }

  /** Begins to report at intervals of about the shortest window. */
  start(): void {
    const { clock, random, ledger } = this.#options;
    const windowMs = ledger.smallestWindowMs ?? IDLE_INTERVAL_MS;
    const intervalMs = Math.min(Math.max(windowMs, MIN_INTERVAL_MS), MAX_INTERVAL_MS);
    this.#cancelTimer = clock.after(intervalMs * (1 + INTERVAL_JITTER * (2 * random() - 1)), () => {
      this.#report(ledger.close(clock.nowMs()));
      this.start();
    });
  }

  /** Reports all windows as they are, waits up to `limitMs` for the server to take them, and stops. */
  async close(limitMs: number): Promise<void> {
    const { clock, ledger } = this.#options;
    this.#cancelTimer();
    this.#report(ledger.close(Number.POSITIVE_INFINITY));
    const wasWaiting = this.#waiting;
    this.#waiting = new AbortController();
    wasWaiting.abort();
    await new Promise<void>((resolve) => {
      const cancel = clock.after(limitMs, resolve, true);
      void Promise.resolve(this.#sending).then(() => {
        cancel();
        resolve();
      });
    });
    this.#ending.abort();
    this.#waiting.abort();
    this.#tellDropped(this.#queue.dropAll(), `the client was closed before the server took them`);
  }

  #report(rows: readonly ReportRow[]): void {
    if (this.#isDenied) return;
    this.#tellDropped(this.#queue.add(rows), 'too many were waiting for the server');
    if (this.#queue.size > 0) this.#sending ??= this.#sendAll();
  }

  async #sendAll(): Promise<void> {
    await this.#sendUntilEmpty();
    this.#sending = undefined;
  }

  async #sendUntilEmpty(): Promise<void> {
    const { connection, clock, random } = this.#options;
    let failureCount = 0;
    for (let report = this.#queue.oldest; report !== undefined; report = this.#queue.oldest) {
      const outcome = await sendReport(connection, clock, report, this.#ending.signal);
      if (this.#ending.signal.aborted) return;
      switch (outcome.kind) {
        case 'accepted':
          this.lateRowCount += outcome.lateRowCount;
          this.#queue.remove(report);
          failureCount = 0;
          break;
        case 'rejected':
          this.#queue.remove(report);
          this.#salvage(report, outcome.detail);
          break;
        case 'denied':
          return this.#stop(outcome.message);
        case 'unavailable':
          await pause(clock, outcome.retryAfterMs + backOffMs(failureCount, random), this.#waiting.signal);
          failureCount += 1;
          break;
      }
    }
  }

  /** A report is taken or rejected as a whole, so one bad rollout must not take the rows of others with it. */
  #salvage(report: string, detail: string): void {
    const { rows }: MetricReport = JSON.parse(report);
    const parts = partsByGeneration(rows);
    if (parts.length > 1) {
      for (const part of parts) this.#queue.add(part);
    } else {
      const { rollout } = rows[0] ?? {};
      this.#options.onError(
        new RampwrightError('reportRefused', `The server refused a report on rollout "${rollout}": ${detail}`),
      );
    }
  }

  #stop(message: string): void {
    this.#isDenied = true;
    this.#queue.dropAll();
    this.#options.onError(new RampwrightError('denied', `Nothing is reported any more: ${message}`));
  }

  #tellDropped(reportCount: number, why: string): void {
    if (reportCount === 0) return;
    this.#options.onError(new RampwrightError('reportsDropped', `${reportCount} reports were given up: ${why}.`));
  }
}

function partsByGeneration(rows: readonly ReportRow[]): readonly (readonly ReportRow[])[] {
  const parts = new Map<string, ReportRow[]>();
  for (const row of rows) {
    const key = `${row.generation}:${row.rollout}`;
    parts.set(key, [...(parts.get(key) ?? []), row]);
  }
  return [...parts.values()];
}
