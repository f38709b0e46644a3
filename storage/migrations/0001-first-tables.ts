/** Environments, flags, rollouts, decisions, windows and keys. */
export const FIRST_TABLES = `
-- Names are compared byte by byte on every server, so that pages have one order.
create domain name_text as text collate "C";

-- All times are integer milliseconds of this clock. clock_timestamp, not now: a statement that waited for a lock
-- must see the moment at which it goes on.
create function now_ms() returns bigint language sql volatile as
  $$ select floor(extract(epoch from clock_timestamp()) * 1000)::bigint $$;

create table environment (
  tenant name_text,
  environment name_text,
  epoch bigint not null default 1,
  version bigint not null default 0,
  evaluators json not null default '{}',
  primary key (tenant, environment)
);

create table change (
  tenant name_text,
  environment name_text,
  version bigint,
  kind text not null,
  subject name_text not null,
  payload json not null,
  actor text not null,
  at_ms bigint not null default now_ms(),
  primary key (tenant, environment, version)
);
create index change_by_subject on change (tenant, environment, subject, version);

-- Raises the version by one and records what happened under it. Called last in every write: the environment's row
-- is the hot lock, and taking it last keeps it short and the order of locks the same everywhere.
create function record_change(
  in_tenant text, in_environment text, in_kind text, in_subject text, in_payload json, in_actor text
) returns bigint language plpgsql as $$
declare
  new_version bigint;
begin
  update environment e set version = e.version + 1
   where e.tenant = in_tenant and e.environment = in_environment
  returning e.version into new_version;
  if not found then
    raise exception 'no environment "%"', in_environment;
  end if;
  insert into change (tenant, environment, version, kind, subject, payload, actor)
  values (in_tenant, in_environment, new_version, in_kind, in_subject, in_payload, in_actor);
  return new_version;
end $$;

-- Documents are json, not jsonb: they come back exactly as written, order of keys included, and a replay that
-- iterates over them adds up in the same order.
create table flag (
  tenant name_text,
  environment name_text,
  flag name_text,
  definition json not null,
  revision int not null default 1,
  primary key (tenant, environment, flag)
);

create table rollout (
  tenant name_text,
  environment name_text,
  rollout name_text,
  flag name_text not null,
  definition json not null,
  phase text not null default 'draft',
  generation int not null default 1,
  revision int not null default 1,
  coverage int not null default 0,
  coverage_ceiling int not null,
  coverage_since_ms bigint not null default now_ms(),
  started_at_ms bigint,
  is_archived boolean not null default false,
  primary key (tenant, environment, rollout),
  constraint rollout_flag foreign key (tenant, environment, flag) references flag,
  check (phase in ('draft', 'running', 'paused', 'completed', 'rolledBack')),
  check (coverage between 0 and 100000),
  check (coverage <= coverage_ceiling or phase = 'completed')
);
create unique index rollout_in_progress on rollout (tenant, environment, flag) where phase in ('running', 'paused');
create index rollout_by_flag on rollout (tenant, environment, flag);

-- A rollout in the form in which the domain knows it.
create function rollout_json(r rollout) returns json language sql stable as $$
  select json_build_object(
    'definition', r.definition,
    'state', json_build_object(
      'phase', r.phase, 'generation', r.generation, 'revision', r.revision, 'coverage', r.coverage,
      'coverageSinceMs', r.coverage_since_ms, 'startedAtMs', r.started_at_ms, 'isArchived', r.is_archived))
$$;

-- Claims live apart from the rollouts: a lock that only claims would let an expired decision pass.
create table rollout_schedule (
  tenant name_text,
  environment name_text,
  rollout name_text,
  due_at_ms bigint not null default now_ms(),
  claimed_until_ms bigint not null default 0,
  primary key (tenant, environment, rollout)
);
create index rollout_schedule_by_due on rollout_schedule (due_at_ms);

-- slot: end of the decided window; 0 is the rollback of the generation.
create table decision_key (
  tenant name_text,
  environment name_text,
  rollout name_text,
  generation int,
  slot bigint,
  decision_id text not null,
  primary key (tenant, environment, rollout, generation, slot)
);

create table decision_record (
  tenant name_text,
  environment name_text,
  decision_id text,
  rollout name_text not null,
  generation int not null,
  window_end_ms bigint not null,
  decided_at_ms bigint not null,
  record json not null,
  primary key (tenant, environment, decision_id)
);
create index decision_record_by_time on decision_record (tenant, environment, rollout, decided_at_ms);

create table evidence (
  tenant name_text,
  environment name_text,
  rollout name_text,
  generation int,
  through_ms bigint not null default 0,
  state json,
  primary key (tenant, environment, rollout, generation)
);

-- Apart from the evidence, because every report locks it for sharing and a rollback must not wait for reports.
create table watermark (
  tenant name_text,
  environment name_text,
  rollout name_text,
  generation int,
  closed_through_ms bigint not null default 0,
  primary key (tenant, environment, rollout, generation)
);

create table variant_window (
  tenant name_text,
  environment name_text,
  rollout name_text,
  generation int,
  end_ms bigint,
  start_ms bigint,
  coverage int,
  variant name_text,
  is_late boolean,
  units bigint not null,
  new_units bigint not null,
  requests bigint not null,
  metrics jsonb not null,
  primary key (tenant, environment, rollout, generation, end_ms, start_ms, coverage, variant, is_late)
);

-- Sufficient statistics add up number by number, whatever their kind; text (the kind) is the same on both sides.
create function add_statistics(a jsonb, b jsonb) returns jsonb language plpgsql immutable strict as $$
begin
  case jsonb_typeof(a)
    when 'number' then return to_jsonb(a::numeric + b::numeric);
    when 'object' then return (
      select coalesce(jsonb_object_agg(key, coalesce(add_statistics(x.value, y.value), x.value, y.value)), '{}')
        from jsonb_each(a) x full join jsonb_each(b) y using (key));
    else return a;
  end case;
end $$;
create aggregate sum_statistics(jsonb) (sfunc = add_statistics, stype = jsonb);

create table report_inbox (
  tenant name_text,
  environment name_text,
  source name_text,
  epoch bigint,
  sequence bigint,
  received_at_ms bigint not null default now_ms(),
  primary key (tenant, environment, source, epoch, sequence)
);
create index report_inbox_by_time on report_inbox (received_at_ms);

create table api_key (
  tenant name_text,
  key_id name_text,
  environment name_text,
  name text not null,
  scopes text[] not null,
  secret_hash bytea not null,
  created_at_ms bigint not null default now_ms(),
  is_revoked boolean not null default false,
  primary key (tenant, key_id),
  unique (key_id)
);
`;
