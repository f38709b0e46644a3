import {
  addVariants,
  type MetricReport,
  Problem,
  type ReportReceipt,
  type ReportRow,
  type Scope,
  type VariantWindows,
} from '../../../domain/index.ts';
import { checkRows, type KnownGeneration } from '../../../storage/index.ts';
import { type EnvironmentTable, requireEnvironment, type Tables, type WindowPart } from './tables.ts';

/** A report on its arrival. */
interface Delivery {
  readonly scope: Scope;
  readonly report: MetricReport;
  readonly origin: string;
  readonly nowMs: number;
}

/** Adds a report, at most once. */
export function acceptReport(tables: Tables, { scope, report, origin, nowMs }: Delivery): ReportReceipt {
  const environment = requireEnvironment(tables, scope);
  const note = (kind: 'late' | 'duplicate' | 'refused') =>
    environment.trouble.push({ source: origin, kind, atMs: nowMs });
  if (isKnown(environment, report, origin)) {
    note('duplicate');
    return { isDuplicate: true, lateRowCount: 0 };
  }
  try {
    checkRows(report.rows, generationsIn(environment, report.rows, nowMs), metricSourceOf(origin));
  } catch (error) {
    if (error instanceof Problem) note('refused');
    throw error;
  }
  remember(environment, report, origin, nowMs);
  const clockSkewMs =
    report.sentAtMs === undefined || report.rows.length === 0 ? null : Math.abs(nowMs - report.sentAtMs);
  const lateRowCount = addRows(environment, report.rows, { source: origin, clockSkewMs });
  if (lateRowCount > 0) note('late');
  return { isDuplicate: false, lateRowCount };
}

/** The name under which the reports of a process are remembered. */
export function processKeyOf({ source }: Pick<MetricReport, 'source'>, origin: string): string {
  return `${origin}\n${source}`;
}

/** Which metrics an origin may fill. */
function metricSourceOf(origin: string): 'prometheus' | 'reports' {
  return origin === 'prometheus' ? 'prometheus' : 'reports';
}

/** True for a report that came before, and for one of an epoch before its process's newest. */
function isKnown({ inbox }: EnvironmentTable, report: MetricReport, origin: string): boolean {
  const epochs = inbox.get(processKeyOf(report, origin));
  if (epochs === undefined) return false;
  return Math.max(...epochs.keys()) > report.epoch || epochs.get(report.epoch)?.has(report.sequence) === true;
}

function remember({ inbox, heard }: EnvironmentTable, report: MetricReport, origin: string, nowMs: number): void {
  const key = processKeyOf(report, origin);
  const epochs = inbox.get(key) ?? new Map<number, Set<number>>();
  epochs.set(report.epoch, (epochs.get(report.epoch) ?? new Set()).add(report.sequence));
  inbox.set(key, epochs);
  heard.push({ origin, atMs: nowMs });
}

/** The generations that the rows may name. */
export function generationsIn(
  { rollouts }: EnvironmentTable,
  rows: readonly ReportRow[],
  nowMs: number,
): readonly KnownGeneration[] {
  return [...new Set(rows.map((row) => row.rollout))].flatMap((name) => {
    const rollout = rollouts.get(name);
    if (rollout === undefined) return [];
    const { state, plan, closedThroughMs } = rollout;
    return [{ rollout: name, generation: state.generation, definition: plan, closedThroughMs, nowMs }];
  });
}

/** Appends rows, those of the same window as one part of it; returns the number of those that came too late. */
export function addRows(
  { rollouts }: EnvironmentTable,
  rows: readonly ReportRow[],
  origin: Pick<WindowPart, 'source' | 'clockSkewMs'>,
): number {
  const parts = new Map<string, WindowPart & { variants: VariantWindows; readonly rollout: string }>();
  let lateRowCount = 0;
  for (const { rollout, generation: _, coverage, variant, startMs, endMs, ...shown } of rows) {
    const isLate = endMs <= rollouts.get(rollout)!.closedThroughMs;
    if (isLate) lateRowCount += 1;
    const key = `${rollout} ${startMs} ${coverage}`;
    const part = parts.get(key) ?? { rollout, startMs, endMs, coverage, ...origin, isLate, reports: 1, variants: {} };
    part.variants = addVariants(part.variants, { [variant]: shown });
    parts.set(key, part);
  }
  for (const { rollout, ...part } of parts.values()) rollouts.get(rollout)!.parts.push(part);
  return lateRowCount;
}
