import {
  type ClosedWindow,
  type EvidenceRow,
  type MetricReport,
  Problem,
  type ReportReceipt,
  type Scope,
  type WindowStore,
} from '../domain/index.ts';
import { acceptReport } from './accept-report.ts';
import type { Database } from './database.ts';
import { sql } from './statement.ts';

/** Windows of sufficient statistics in PostgreSQL. */
export class PostgresWindowStore implements WindowStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  acceptReport(scope: Scope, report: MetricReport): Promise<ReportReceipt> {
    return acceptReport(this.#database, scope, report);
  }

  // The update waits for reports in flight, which share the watermark's row. That they may hold newer windows than
  // this statement sees makes the watermark low, never wrong.
  async closeWindows(
    { tenant, environment }: Scope,
    rollout: string,
    generation: number,
    { allowedLatenessMs, attributionMs }: { readonly allowedLatenessMs: number; readonly attributionMs: number },
  ): Promise<EvidenceRow & { readonly nowMs: number }> {
    const [row] = await this.#database.query<EvidenceRow & { readonly nowMs: number }>(sql`
      with reported as (
        select max(end_ms) as newest_ms from variant_window
         where tenant = ${tenant} and environment = ${environment} and rollout = ${rollout}
           and generation = ${generation} and not is_late
      ), due as (
        select max(w.end_ms) as through_ms from variant_window w, reported
         where w.tenant = ${tenant} and w.environment = ${environment} and w.rollout = ${rollout}
           and w.generation = ${generation} and not w.is_late
           and w.end_ms <= least(newest_ms - ${allowedLatenessMs}::bigint, now_ms() - ${attributionMs}::bigint)
      ), closed as (
        update watermark m set closed_through_ms = due.through_ms from due
         where m.tenant = ${tenant} and m.environment = ${environment} and m.rollout = ${rollout}
           and m.generation = ${generation} and m.closed_through_ms < due.through_ms
        returning m.closed_through_ms
      )
      select coalesce((select closed_through_ms from closed), m.closed_through_ms) as "closedThroughMs",
             e.through_ms as "throughMs", e.state, now_ms() as "nowMs"
        from watermark m join evidence e using (tenant, environment, rollout, generation)
       where tenant = ${tenant} and environment = ${environment} and rollout = ${rollout}
         and generation = ${generation}`);
    if (row === undefined) throw new Problem('rolloutNotFound', `"${rollout}", generation ${generation}`);
    return row;
  }

  readClosedWindows(
    { tenant, environment }: Scope,
    rollout: string,
    generation: number,
    { fromMs, throughMs, limit }: { readonly fromMs: number; readonly throughMs: number; readonly limit: number },
  ): Promise<readonly ClosedWindow[]> {
    return this.#database.query(sql`
      with closed as (
        select w.* from variant_window w join watermark m using (tenant, environment, rollout, generation)
         where w.tenant = ${tenant} and w.environment = ${environment} and w.rollout = ${rollout}
           and w.generation = ${generation} and not w.is_late
           and w.end_ms > ${fromMs} and w.end_ms <= ${throughMs} and w.end_ms <= m.closed_through_ms
      )
      select start_ms as "startMs", end_ms as "endMs", coverage,
             json_object_agg(variant, json_build_object(
               'units', units, 'newUnits', new_units, 'requests', requests, 'metrics', metrics)
               order by variant) as variants
        from closed
       where start_ms in (select distinct start_ms from closed order by start_ms limit ${limit})
       group by start_ms, end_ms, coverage
       order by start_ms, coverage, end_ms`);
  }

  readRecentWindows(
    { tenant, environment }: Scope,
    rollout: string,
    generation: number,
    limit: number,
  ): Promise<readonly ClosedWindow[]> {
    return this.#database.query(sql`
      with recent as (
        select distinct tenant, environment, rollout, generation, end_ms, start_ms, coverage from variant_window
         where tenant = ${tenant} and environment = ${environment} and rollout = ${rollout}
           and generation = ${generation}
         order by end_ms desc, start_ms desc, coverage desc limit ${limit}
      ), summed as (
        select start_ms, end_ms, coverage, variant, sum(units)::bigint as units, sum(new_units)::bigint as new_units,
               sum(requests)::bigint as requests, sum_statistics(metrics) as metrics
          from variant_window join recent using (tenant, environment, rollout, generation, end_ms, start_ms, coverage)
         group by start_ms, end_ms, coverage, variant
      )
      select start_ms as "startMs", end_ms as "endMs", coverage,
             json_object_agg(variant, json_build_object(
               'units', units, 'newUnits', new_units, 'requests', requests, 'metrics', metrics)
               order by variant) as variants
        from summed
       group by start_ms, end_ms, coverage
       order by start_ms desc, coverage desc, end_ms desc`);
  }
}
