import type { MetricReport, ReportReceipt, ReportRow } from '../../../domain/index.ts';
import type { EnvironmentTable } from '../store/tables.ts';
import type { Violate } from './violation.ts';

/** Units and failed units. */
interface Sum {
  units: number;
  events: number;
}

/** What should have been counted, kept apart from what the database keeps. */
export class ReportLedger {
  readonly #counted = new Set<string>();
  readonly #newestEpochs = new Map<string, number>();
  readonly #sums = new Map<string, Sum>();
  readonly #closedThroughMs = new Map<string, number>();
  readonly #violate: Violate;

  constructor(violate: Violate) {
    this.#violate = violate;
  }

  /** Windows of the rollout that end at or before this are closed. */
  noteClosed(rollout: string, closedThroughMs: number): void {
    const before = this.#closedThroughMs.get(rollout) ?? 0;
    if (closedThroughMs < before) {
      this.#violate(
        'closed stays closed',
        `the watermark of ${rollout} went back from ${before} to ${closedThroughMs}`,
      );
    }
    this.#closedThroughMs.set(rollout, Math.max(before, closedThroughMs));
  }

  /** The database has answered a report. */
  noteAnswer(report: MetricReport, { isDuplicate, lateRowCount }: ReportReceipt): void {
    const isFirst = this.#count(report);
    const expected = isFirst ? report.rows.filter((row) => this.#isLate(row)).length : 0;
    if (isDuplicate === isFirst || lateRowCount !== expected) {
      this.#violate(
        'exact sums',
        `${nameOf(report)} was answered as ${isDuplicate ? 'a duplicate' : 'new'}, ${lateRowCount} late`,
      );
    }
  }

  /** The source has heard that the report is counted. */
  noteAcknowledged(report: MetricReport): void {
    if (!this.#counted.has(nameOf(report))) this.#violate('exact sums', `${nameOf(report)} was acknowledged and lost`);
  }

  /** Compares with what the database holds. */
  compare({ rollouts }: EnvironmentTable): void {
    const stored = new Map<string, Sum>();
    for (const [rollout, { parts }] of rollouts) {
      for (const { startMs, coverage, isLate, variants } of parts) {
        for (const [variant, { units, metrics }] of Object.entries(variants)) {
          const key = keyOf({ rollout, startMs, coverage, variant }, isLate);
          add(stored, key, units, eventsIn(metrics));
        }
      }
    }
    for (const key of new Set([...stored.keys(), ...this.#sums.keys()])) {
      const [sum, expected] = [stored.get(key), this.#sums.get(key)];
      if (sum?.units === expected?.units && sum?.events === expected?.events) continue;
      this.#violate('exact sums', `${key}: ${sum?.units ?? 0} units are stored, ${expected?.units ?? 0} were sent`);
    }
  }

  /** False for a report that was counted before, or came after a later life of its process. */
  #count(report: MetricReport): boolean {
    const { source, epoch, rows } = report;
    if (this.#counted.has(nameOf(report)) || epoch < (this.#newestEpochs.get(source) ?? epoch)) return false;
    this.#counted.add(nameOf(report));
    this.#newestEpochs.set(source, epoch);
    for (const row of rows) add(this.#sums, keyOf(row, this.#isLate(row)), row.units, eventsIn(row.metrics));
    return true;
  }

  #isLate({ rollout, endMs }: ReportRow): boolean {
    return endMs <= (this.#closedThroughMs.get(rollout) ?? 0);
  }
}

function nameOf({ source, epoch, sequence }: MetricReport): string {
  return `report ${source} ${epoch}.${sequence}`;
}

function keyOf(
  { rollout, startMs, coverage, variant }: Pick<ReportRow, 'rollout' | 'startMs' | 'coverage' | 'variant'>,
  isLate: boolean,
): string {
  return `${rollout} ${startMs} at ${coverage} ${variant}${isLate ? ' (late)' : ''}`;
}

function eventsIn(metrics: ReportRow['metrics']): number {
  return Object.values(metrics).reduce((sum, metric) => sum + (metric.kind === 'rate' ? metric.events : 0), 0);
}

function add(sums: Map<string, Sum>, key: string, units: number, events: number): void {
  const sum = sums.get(key) ?? { units: 0, events: 0 };
  sum.units += units;
  sum.events += events;
  sums.set(key, sum);
}
