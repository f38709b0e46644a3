import type { MetricReport, ReportRow } from '../../domain/index.ts';

const MAX_ROWS_PER_REPORT = 500;
/** Half of what the server takes: rows with many segments are long. */
const MAX_BYTES_PER_REPORT = 512 * 1024;
const MAX_PENDING_REPORTS = 1_000;
/** UTF-16 code units of all texts together. */
const MAX_PENDING_LENGTH = 8 * 1024 * 1024;

/** The texts of reports that the server has not acknowledged yet, oldest first; the oldest give way when there are too many. */
export class ReportQueue {
  droppedReportCount = 0;
  readonly #identity: Pick<MetricReport, 'source' | 'epoch'>;
  #reports: string[] = [];
  #length = 0;
  #sequence = 0;

  constructor(identity: Pick<MetricReport, 'source' | 'epoch'>) {
    this.#identity = identity;
  }

  get size(): number {
    return this.#reports.length;
  }

  get oldest(): string | undefined {
    return this.#reports[0];
  }

  /** Puts rows into as many reports as they need; returns how many old reports had to give way. */
  add(rows: readonly ReportRow[]): number {
    for (let start = 0; start < rows.length; start += MAX_ROWS_PER_REPORT) {
      this.#append(rows.slice(start, start + MAX_ROWS_PER_REPORT));
    }
    const before = this.droppedReportCount;
    while (this.#reports.length > MAX_PENDING_REPORTS || this.#length > MAX_PENDING_LENGTH) this.#dropOldest();
    return this.droppedReportCount - before;
  }

  /** Takes a report out that needs no sending any more; it may have given way already. */
  remove(report: string): void {
    if (!this.#reports.includes(report)) return;
    this.#reports = this.#reports.filter((pending) => pending !== report);
    this.#length -= report.length;
  }

  /** Gives up everything; returns how many reports that were. */
  dropAll(): number {
    const { size } = this;
    while (this.size > 0) this.#dropOldest();
    return size;
  }

  #append(rows: readonly ReportRow[]): void {
    const report: MetricReport = { ...this.#identity, sequence: this.#sequence, rows };
    const text = JSON.stringify(report);
    if (rows.length > 1 && Buffer.byteLength(text) > MAX_BYTES_PER_REPORT) {
      const middle = Math.ceil(rows.length / 2);
      this.#append(rows.slice(0, middle));
      this.#append(rows.slice(middle));
      return;
    }
    this.#sequence += 1;
    this.#length += text.length;
    this.#reports.push(text);
  }

  #dropOldest(): void {
    const { oldest } = this;
    if (oldest === undefined) return;
    this.remove(oldest);
    this.droppedReportCount += 1;
  }
}
