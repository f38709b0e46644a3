import { type Authorship, canonicalJson, type ReportingSource, type Scope } from '../domain/index.ts';
import type { Query } from './database.ts';
import { sql } from './statement.ts';

const HOUR_MS = 3_600_000;

/** Leaves a source out of all decisions; the change is part of the environment's history. */
export async function quarantineSource(
  query: Query,
  { tenant, environment }: Scope,
  source: string,
  authorship: Authorship,
): Promise<void> {
  const { actor, reason = null } = authorship;
  await query(sql`
    with quarantined as (
      insert into quarantined_source (tenant, environment, source, reason, actor)
      values (${tenant}, ${environment}, ${source}, ${reason}, ${actor})
      on conflict do nothing
      returning *
    )
    select record_audited_change(tenant, environment, 'sourceQuarantined', source,
                                 json_build_object('reason', reason), actor, reason, 'source',
                                 ${canonicalJson({ isQuarantined: true })})
      from quarantined`);
}

/** Lets a source count again; false when it was not in quarantine. */
export async function releaseSource(
  query: Query,
  { tenant, environment }: Scope,
  source: string,
  authorship: Authorship,
): Promise<boolean> {
  const { actor, reason = null } = authorship;
  const released = await query(sql`
    with released as (
      delete from quarantined_source
       where tenant = ${tenant} and environment = ${environment} and source = ${source}
      returning *
    )
    select record_audited_change(tenant, environment, 'sourceReleased', source,
                                 json_build_object('reason', ${reason}::text), ${actor}, ${reason}, 'source',
                                 ${canonicalJson({ isQuarantined: false })})
      from released`);
  return released.length > 0;
}

/**
 * Sources heard lately or in quarantine.
 *
 * Origins are found by going from one to the next in the index, so that the reports of two days need not be read.
 */
export function listSources(query: Query, { tenant, environment }: Scope): Promise<readonly ReportingSource[]> {
  return query(sql`
    with recursive origin as (
      select min(origin) as source from report_inbox where tenant = ${tenant} and environment = ${environment}
      union all
      select (select min(i.origin) from report_inbox i
               where i.tenant = ${tenant} and i.environment = ${environment} and i.origin > origin.source)
        from origin where origin.source is not null
    ), trouble as (
      select source, max(minute_ms) as newest_ms,
             coalesce(sum(late) filter (where minute_ms > (select now_ms()) - ${HOUR_MS}::bigint), 0) as late,
             coalesce(sum(duplicate) filter (where minute_ms > (select now_ms()) - ${HOUR_MS}::bigint), 0) as duplicate,
             coalesce(sum(refused) filter (where minute_ms > (select now_ms()) - ${HOUR_MS}::bigint), 0) as refused
        from source_trouble where tenant = ${tenant} and environment = ${environment}
       group by source
    ), pushed as (
      select origin as source, max(seen_at_ms) as newest_ms from otlp_stream
       where tenant = ${tenant} and environment = ${environment}
       group by origin
    ), known as (
      select source from origin where source is not null
      union select source from pushed
      union select source from trouble
      union select source from quarantined_source where tenant = ${tenant} and environment = ${environment}
    )
    select known.source, k.name as "keyName", heard.reports,
           coalesce(t.late, 0) as "lateReports", coalesce(t.duplicate, 0) as "duplicateReports",
           coalesce(t.refused, 0) as "refusedReports", greatest(heard.newest_ms, t.newest_ms, p.newest_ms) as "lastSeenMs",
           case when q.source is not null then
             json_build_object('sinceMs', q.at_ms, 'actor', q.actor, 'reason', q.reason) end as quarantine
      from known
      left join trouble t using (source)
      left join pushed p using (source)
      left join quarantined_source q
        on q.tenant = ${tenant} and q.environment = ${environment} and q.source = known.source
      left join api_key k on k.tenant = ${tenant} and k.key_id = known.source
      cross join lateral (
        select max(received_at_ms) as newest_ms,
               (select count(*) from report_inbox i
                 where i.tenant = ${tenant} and i.environment = ${environment} and i.origin = known.source
                   and i.received_at_ms > (select now_ms()) - ${HOUR_MS}::bigint) as reports
          from report_inbox i
         where i.tenant = ${tenant} and i.environment = ${environment} and i.origin = known.source) heard
     order by known.source`);
}
