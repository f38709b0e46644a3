import type { AuditEntry, HoldNotice, Notice, WebhookEvent } from '../domain/index.ts';
import type { Query } from './database.ts';
import { sql } from './statement.ts';

interface NoticeRow extends Omit<Notice, 'entry'> {
  /** Canonical JSON of the entry in the audit; null for a hold. */
  readonly line: string | null;
  readonly hold: HoldNotice | null;
}

/** Takes notices and leaves deliveries in their place; resolves to the number of notices. */
export async function fanOutNotices(
  query: Query,
  limit: number,
  eventOf: (notice: Notice) => WebhookEvent | undefined,
): Promise<number> {
  const rows = await query<NoticeRow>(sql`
    with next as (
      select tenant, environment, event_id from notice order by at_ms, event_id limit ${limit} for update skip locked
    ), taken as (
      delete from notice n using next
       where n.tenant = next.tenant and n.environment = next.environment and n.event_id = next.event_id
      returning n.*
    )
    select t.tenant, t.environment, t.event_id as "eventId", t.at_ms as "atMs", t.hold, audit_line(a) as line,
           r.flag as flag, k.name as "actorName"
      from taken t
      left join audit_entry a
        on a.tenant = t.tenant and a.environment = t.environment and a.sequence = t.audit_sequence
      left join rollout r
        on r.tenant = t.tenant and r.environment = t.environment
       and r.rollout = coalesce(t.hold ->> 'rollout', case a.kind when 'rollout' then a.target end)
      left join api_key k on k.tenant = t.tenant and a.actor like 'key:%' and k.key_id = substr(a.actor, 5)
     order by t.at_ms, t.event_id`);
  const told = rows.flatMap(({ line, ...row }) => {
    const entry = line === null ? null : (JSON.parse(line) as AuditEntry);
    const event = eventOf({ ...row, entry });
    const { tenant, environment, eventId } = row;
    return event === undefined ? [] : [{ tenant, environment, eventId, kind: event.kind, event }];
  });
  if (told.length > 0) await deliver(query, told);
  return rows.length;
}

async function deliver(query: Query, told: readonly unknown[]): Promise<void> {
  await query(sql`
    insert into webhook_delivery (tenant, environment, webhook, event_id, event)
    select w.tenant, w.environment, w.webhook, t."eventId", t.event
      from json_to_recordset(${JSON.stringify(told)}::json)
           as t(tenant name_text, environment name_text, "eventId" text, kind text, event json)
      join webhook w on w.tenant = t.tenant and (t.environment = '*' or w.environment = t.environment)
     where w.is_enabled and t.kind = any(w.kinds)
    on conflict do nothing`);
}
