/** Webhooks, what they are still to be told, and the messages to each. */
export const WEBHOOKS = `
create table webhook (
  tenant name_text,
  environment name_text,
  webhook name_text,
  url text not null,
  format text not null,
  kinds text[] not null,
  secret bytea,
  previous_secret bytea,
  previous_until_ms bigint,
  is_enabled boolean not null default true,
  disabled_because text,
  failing_since_ms bigint,
  created_at_ms bigint not null default now_ms(),
  primary key (tenant, environment, webhook)
);

-- The outbox: what happened, by its entry in the audit; a hold, which changes nothing, has no entry and is here itself.
create table notice (
  tenant name_text,
  environment name_text,
  event_id text default 'msg_' || replace(gen_random_uuid()::text, '-', ''),
  at_ms bigint not null default now_ms(),
  audit_sequence bigint,
  hold json,
  primary key (tenant, environment, event_id)
);
create index notice_by_time on notice (at_ms, event_id);

create table webhook_delivery (
  tenant name_text,
  environment name_text,
  webhook name_text,
  event_id text,
  event json not null,
  state text not null default 'pending',
  attempt_count int not null default 0,
  last_outcome text,
  created_at_ms bigint not null default now_ms(),
  due_at_ms bigint not null default now_ms(),
  claimed_until_ms bigint not null default 0,
  ended_at_ms bigint,
  primary key (tenant, environment, webhook, event_id),
  foreign key (tenant, environment, webhook) references webhook on delete cascade,
  check (state in ('pending', 'delivered', 'failed'))
);
create index webhook_delivery_pending on webhook_delivery (tenant, environment, webhook, due_at_ms)
 where state = 'pending';
create index webhook_delivery_ended on webhook_delivery (ended_at_ms) where state <> 'pending';
create index webhook_delivery_by_time on webhook_delivery (tenant, environment, webhook, created_at_ms);

-- Whether anybody listens; an entry of "*" concerns all environments of the tenant.
create function is_noticed(in_tenant text, in_environment text) returns boolean language sql stable as $$
  select exists (select from webhook w where w.tenant = in_tenant and w.is_enabled
                    and (in_environment = '*' or w.environment = in_environment))
$$;

create function notice_audit_entry() returns trigger language plpgsql as $$
begin
  if is_noticed(new.tenant, new.environment) then
    insert into notice (tenant, environment, at_ms, audit_sequence)
    values (new.tenant, new.environment, new.at_ms, new.sequence);
  end if;
  return null;
end $$;
create trigger audit_entry_noticed after insert on audit_entry for each row execute function notice_audit_entry();

-- What each rollout was last seen to wait for; reason_code is '' where that is nothing to tell of.
create table told_hold (
  tenant name_text,
  environment name_text,
  rollout name_text,
  generation int not null,
  coverage int not null,
  reason_code text not null,
  told_at_ms bigint not null,
  primary key (tenant, environment, rollout)
);

-- Notices a hold, once while it lasts; one that comes and goes, once in in_pause_ms.
create function notice_hold(
  in_tenant text, in_environment text, in_rollout text, in_generation int, in_coverage int, in_reason_code text,
  in_hold json, in_pause_ms bigint
) returns void language plpgsql as $$
declare
  told told_hold;
begin
  if not is_noticed(in_tenant, in_environment) then
    return;
  end if;
  select * into told from told_hold t
   where t.tenant = in_tenant and t.environment = in_environment and t.rollout = in_rollout;
  if (told.generation, told.coverage, told.reason_code)
     is not distinct from (in_generation, in_coverage, in_reason_code) then
    return;
  end if;
  if in_reason_code <> '' and (told.generation, told.coverage) = (in_generation, in_coverage)
     and told.told_at_ms > now_ms() - in_pause_ms then
    return;
  end if;
  insert into told_hold as t (tenant, environment, rollout, generation, coverage, reason_code, told_at_ms)
  values (in_tenant, in_environment, in_rollout, in_generation, in_coverage, in_reason_code,
          case in_reason_code when '' then coalesce(told.told_at_ms, 0) else now_ms() end)
  on conflict (tenant, environment, rollout) do update
     set generation = excluded.generation, coverage = excluded.coverage, reason_code = excluded.reason_code,
         told_at_ms = excluded.told_at_ms;
  if in_reason_code <> '' then
    insert into notice (tenant, environment, hold) values (in_tenant, in_environment, in_hold);
  end if;
end $$;

select isolate_tenants(t) from unnest(array['webhook', 'notice', 'webhook_delivery', 'told_hold']::regclass[]) as t;
`;
