import type { MetricReport, ReportReceipt, ReportRow, Scope } from '../domain/index.ts';
import { checkRows, generationOf, type KnownGeneration } from './check-rows.ts';
import type { Database, Query } from './database.ts';
import { sql } from './statement.ts';

/** How long deliveries are remembered: longer than the oldest window that is still accepted. */
const INBOX_RETENTION_MS = 48 * 3_600_000;

/** Each new report clears away this many forgotten ones, so that the inbox stops growing. */
const INBOX_PURGE_LIMIT = 10;

/** A row and whether its window was closed before it came. */
type TimedRow = ReportRow & { readonly isLate: boolean };

/** Adds a report in one transaction, at most once. */
export function acceptReport(database: Database, scope: Scope, report: MetricReport): Promise<ReportReceipt> {
  return database.transaction(async (query) => {
    if (!(await enterInbox(query, scope, report))) return { isDuplicate: true, lateRowCount: 0 };
    const known = await holdOpen(query, scope, report.rows);
    checkRows(report.rows, known);
    const rows = report.rows.map((row): TimedRow => {
      const { closedThroughMs } = generationOf(row, known)!;
      return { ...row, isLate: row.endMs <= closedThroughMs };
    });
    await addRows(query, scope, rows);
    return { isDuplicate: false, lateRowCount: rows.filter((row) => row.isLate).length };
  });
}

/** False for a report that came before; one of an epoch before the source's newest counts as such. */
async function enterInbox(query: Query, scope: Scope, { source, epoch, sequence }: MetricReport): Promise<boolean> {
  const { tenant, environment } = scope;
  const entered = await query(sql`
    with forgotten as (
      select tenant, environment, source, epoch, sequence from report_inbox
       where received_at_ms < (select now_ms()) - ${INBOX_RETENTION_MS}::bigint
       order by received_at_ms limit ${INBOX_PURGE_LIMIT} for update skip locked
    ), purged as (
      delete from report_inbox i using forgotten f
       where i.tenant = f.tenant and i.environment = f.environment and i.source = f.source
         and i.epoch = f.epoch and i.sequence = f.sequence
    )
    insert into report_inbox (tenant, environment, source, epoch, sequence)
    select ${tenant}, ${environment}, ${source}, ${epoch}, ${sequence}
     where not exists (
       select from report_inbox
        where tenant = ${tenant} and environment = ${environment} and source = ${source} and epoch > ${epoch})
    on conflict do nothing
    returning 1`);
  return entered.length > 0;
}

/**
 * The generations of the rollouts that the rows name. Until the transaction ends none of their windows can be closed,
 * so a row lands before the close or is known to be late. Locked in one order, or two reports could block each other.
 */
function holdOpen(query: Query, { tenant, environment }: Scope, rows: readonly ReportRow[]) {
  const rollouts = [...new Set(rows.map((row) => row.rollout))];
  return query<KnownGeneration>(sql`
    select w.rollout, w.generation, r.definition, w.closed_through_ms as "closedThroughMs", now_ms() as "nowMs"
      from watermark w join rollout r
        on r.tenant = w.tenant and r.environment = w.environment and r.rollout = w.rollout
     where w.tenant = ${tenant} and w.environment = ${environment} and w.rollout = any(${rollouts}::text[])
     order by w.rollout, w.generation
       for share of w`);
}

/** Rows of the same window are summed first and all are written in the order of their key: two reports never deadlock. */
async function addRows(query: Query, { tenant, environment }: Scope, rows: readonly TimedRow[]): Promise<void> {
  await query(sql`
    insert into variant_window as w (tenant, environment, rollout, generation, end_ms, start_ms, coverage, variant,
                                     is_late, units, new_units, requests, metrics)
    select ${tenant}, ${environment}, rollout, generation, "endMs", "startMs", coverage, variant, "isLate",
           sum(units), sum("newUnits"), sum(requests), sum_statistics(metrics)
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(
        rollout name_text, generation int, "endMs" bigint, "startMs" bigint, coverage int, variant name_text,
        "isLate" boolean, units bigint, "newUnits" bigint, requests bigint, metrics jsonb)
     group by rollout, generation, "endMs", "startMs", coverage, variant, "isLate"
     order by rollout, generation, "endMs", "startMs", coverage, variant, "isLate"
    on conflict (tenant, environment, rollout, generation, end_ms, start_ms, coverage, variant, is_late) do update
       set units = w.units + excluded.units, new_units = w.new_units + excluded.new_units,
           requests = w.requests + excluded.requests, metrics = add_statistics(w.metrics, excluded.metrics)`);
}
