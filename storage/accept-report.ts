import {
  type MetricReport,
  type MetricSource,
  Problem,
  type ReportReceipt,
  type ReportRow,
  type Scope,
} from '../domain/index.ts';
import { addRows, type RowOrigin, type TimedRow } from './add-rows.ts';
import { checkRows, generationOf, type KnownGeneration } from './check-rows.ts';
import type { Query, Session } from './database.ts';
import { countTrouble } from './source-trouble.ts';
import { sql } from './statement.ts';

/** Adds a report in one transaction, at most once. */
export async function acceptReport(
  session: Session,
  scope: Scope,
  report: MetricReport,
  origin: string,
): Promise<ReportReceipt> {
  try {
    return await session.transaction((query) => addReport(query, scope, report, origin));
  } catch (error) {
    const isRefused =
      error instanceof Problem && (error.code === 'invalidReport' || error.code === 'reportForUnknownRollout');
    if (isRefused) await countTrouble(session.query, scope, origin, 'refused');
    throw error;
  }
}

async function addReport(query: Query, scope: Scope, report: MetricReport, origin: string): Promise<ReportReceipt> {
  if (!(await enterInbox(query, scope, report, origin))) {
    await countTrouble(query, scope, origin, 'duplicate');
    return { isDuplicate: true, lateRowCount: 0 };
  }
  const known = await holdOpen(query, scope, report.rows);
  checkRows(report.rows, known, metricSourceOf(origin));
  const lateRowCount = await addToWindows(query, scope, report.rows, {
    known,
    source: origin,
    clockSkewMs: clockSkewOf(report, known),
  });
  return { isDuplicate: false, lateRowCount };
}

/** Adds rows of generations that are held open; resolves to the number of those that came too late to count. */
export async function addToWindows(
  query: Query,
  scope: Scope,
  rows: readonly ReportRow[],
  { known, ...origin }: RowOrigin & { readonly known: readonly KnownGeneration[] },
): Promise<number> {
  const timed = rows.map((row): TimedRow => {
    const { closedThroughMs } = generationOf(row, known)!;
    return { ...row, isLate: row.endMs <= closedThroughMs };
  });
  await addRows(query, scope, timed, origin);
  const lateRowCount = timed.filter((row) => row.isLate).length;
  if (lateRowCount > 0) await countTrouble(query, scope, origin.source, 'late');
  return lateRowCount;
}

/** False for a report that came before; one of an epoch before its process's newest counts as such. */
async function enterInbox(
  query: Query,
  scope: Scope,
  { source, epoch, sequence }: MetricReport,
  origin: string,
): Promise<boolean> {
  const { tenant, environment } = scope;
  const entered = await query(sql`
    insert into report_inbox (tenant, environment, origin, source, epoch, sequence)
    select ${tenant}, ${environment}, ${origin}, ${source}, ${epoch}, ${sequence}
     where not exists (
       select from report_inbox
        where tenant = ${tenant} and environment = ${environment} and origin = ${origin} and source = ${source}
          and epoch > ${epoch})
    on conflict do nothing
    returning 1`);
  return entered.length > 0;
}

/**
 * The generations of the rollouts that the rows name. Until the transaction ends none of their windows can be closed,
 * so a row lands before the close or is known to be late. Locked in one order, or two reports could block each other.
 */
export function holdOpen(query: Query, { tenant, environment }: Scope, rows: readonly ReportRow[]) {
  const rollouts = [...new Set(rows.map((row) => row.rollout))];
  return query<KnownGeneration>(sql`
    select w.rollout, w.generation, r.definition, w.closed_through_ms as "closedThroughMs", now_ms() as "nowMs"
      from watermark w join rollout r
        on r.tenant = w.tenant and r.environment = w.environment and r.rollout = w.rollout
     where w.tenant = ${tenant} and w.environment = ${environment} and w.rollout = any(${rollouts}::text[])
     order by w.rollout, w.generation
       for share of w`);
}

/** Which metrics an origin may fill: the built-in source those that come from it, every key those that are reported. */
function metricSourceOf(origin: string): MetricSource['kind'] {
  return origin === 'prometheus' ? 'prometheus' : 'reports';
}

function clockSkewOf({ sentAtMs }: MetricReport, [first]: readonly KnownGeneration[]): number | null {
  return sentAtMs === undefined || first === undefined ? null : Math.abs(first.nowMs - sentAtMs);
}
