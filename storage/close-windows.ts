import { type EvidenceRow, Problem, type Scope } from '../domain/index.ts';
import type { Query } from './database.ts';
import { sql } from './statement.ts';

/** So many windows say how many reports come too late: five minutes of the usual ones. */
const LATE_SHARE_WINDOWS = 30;

/** Which generation's windows to close, and how long to wait for slower sources and for outcomes. */
interface Closing {
  readonly rollout: string;
  readonly generation: number;
  readonly allowedLatenessMs: number;
  readonly attributionMs: number;
}

/**
 * Moves the watermark, then reads what a pass begins with.
 *
 * The update waits for reports in flight, which share the watermark's row. That they may hold newer windows than this
 * statement sees makes the watermark low, never wrong. Only windows behind the watermark are looked at, and the newest
 * ones for the late share, so that the cost does not grow with a rollout's age.
 */
export async function closeWindows(
  query: Query,
  { tenant, environment }: Scope,
  { rollout, generation, allowedLatenessMs, attributionMs }: Closing,
): Promise<EvidenceRow & { readonly nowMs: number }> {
  const [row] = await query<EvidenceRow & { readonly nowMs: number }>(sql`
    with quarantined as (
      select array(select source::text from quarantined_source
                    where tenant = ${tenant} and environment = ${environment} order by source) as sources
    ), open_window as (
      select w.end_ms from source_window w join watermark m using (tenant, environment, rollout, generation)
       where w.tenant = ${tenant} and w.environment = ${environment} and w.rollout = ${rollout}
         and w.generation = ${generation} and w.end_ms > m.closed_through_ms and not w.is_late
         and w.source <> all((select sources from quarantined)::text[])
    ), due as (
      select max(end_ms) as through_ms from open_window
       where end_ms <= least((select max(end_ms) from open_window) - ${allowedLatenessMs}::bigint,
                             now_ms() - ${attributionMs}::bigint)
    ), closed as (
      update watermark m set closed_through_ms = due.through_ms from due
       where m.tenant = ${tenant} and m.environment = ${environment} and m.rollout = ${rollout}
         and m.generation = ${generation} and m.closed_through_ms < due.through_ms
      returning m.closed_through_ms
    ), reach as (
      select coalesce((select closed_through_ms from closed), closed_through_ms) as closed_through_ms,
             (r.definition ->> 'windowMs')::bigint * ${LATE_SHARE_WINDOWS}::bigint as looked_at_ms
        from watermark m join rollout r using (tenant, environment, rollout)
       where tenant = ${tenant} and environment = ${environment} and rollout = ${rollout}
         and m.generation = ${generation}
    )
    select reach.closed_through_ms as "closedThroughMs", e.through_ms as "throughMs", e.state,
           quarantined.sources as "quarantinedSources", now_ms() as "nowMs",
           (select coalesce(sum(w.reports) filter (where w.is_late)::float8 / sum(w.reports), 0) from source_window w
             where w.tenant = ${tenant} and w.environment = ${environment} and w.rollout = ${rollout}
               and w.generation = ${generation} and w.end_ms > reach.closed_through_ms - reach.looked_at_ms
               and w.end_ms <= reach.closed_through_ms and w.source <> all(quarantined.sources)) as "lateShare"
      from reach, quarantined, evidence e
     where e.tenant = ${tenant} and e.environment = ${environment} and e.rollout = ${rollout}
       and e.generation = ${generation}`);
  if (row === undefined) throw new Problem('rolloutNotFound', `"${rollout}", generation ${generation}`);
  return row;
}
