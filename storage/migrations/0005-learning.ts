/** Labels, models with their champions, training runs and shadow scores. */
export const LEARNING = `
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name;
end $$;

create table rollout_label (
  tenant name_text,
  environment name_text,
  label_id name_text,
  rollout name_text not null,
  generation int not null,
  verdict text not null,
  source text not null,
  confidence double precision not null,
  author text not null,
  note text not null,
  at_ms bigint not null,
  ingested_at_ms bigint not null default now_ms(),
  primary key (tenant, environment, label_id),
  foreign key (tenant, environment, rollout) references rollout,
  check (verdict in ('healthy', 'regressed', 'unknown')),
  check (source in ('operator', 'rule', 'laterEvidence', 'simulation')),
  check (confidence between 0 and 1)
);
create index rollout_label_by_time on rollout_label (tenant, environment, ingested_at_ms, label_id);
create trigger rollout_label_kept before update or delete on rollout_label
  for each row execute function refuse_change();

-- environment is '*', which no environment can be called, for a model of all environments. The artefact is text: its
-- hash is that of these bytes.
create table model (
  tenant name_text,
  environment name_text,
  model_id name_text,
  kind name_text not null,
  origin json not null,
  artefact text not null,
  artefact_sha256 text not null,
  parent_id name_text,
  state text not null default 'candidate',
  reason text not null,
  approver text,
  created_at_ms bigint not null default now_ms(),
  changed_at_ms bigint not null default now_ms(),
  primary key (tenant, environment, model_id),
  -- One name means one model, whoever looks.
  unique (tenant, model_id),
  check (state in ('candidate', 'shadow', 'canary', 'champion', 'retired'))
);
create unique index model_champion on model (tenant, environment, kind) where state = 'champion';

-- A model in the form in which the domain knows it, without its artefact.
create function model_json(m model) returns jsonb language sql stable as $$
  select m.origin::jsonb || jsonb_build_object(
    'modelId', m.model_id, 'kind', m.kind, 'environment', nullif(m.environment, '*'),
    'artefactSha256', m.artefact_sha256, 'parentId', m.parent_id, 'state', m.state, 'reason', m.reason,
    'approver', m.approver, 'createdAtMs', m.created_at_ms, 'changedAtMs', m.changed_at_ms)
$$;

-- The newest move says who is champion; of two that move at once, one finds its revision taken.
create table champion_move (
  tenant name_text,
  environment name_text,
  kind name_text,
  revision int,
  verb text not null,
  model_id name_text,
  previous_id name_text,
  actor text not null,
  reason text not null,
  at_ms bigint not null default now_ms(),
  primary key (tenant, environment, kind, revision),
  check (verb in ('promote', 'demote')),
  check (revision > 0)
);
create trigger champion_move_kept before update or delete on champion_move
  for each row execute function refuse_change();

create table training_run (
  tenant name_text,
  environment name_text,
  run_id name_text,
  number bigint generated always as identity,
  kind name_text not null,
  trigger text not null,
  actor text not null,
  cut_off_ms bigint not null,
  state text not null default 'queued',
  progress json not null default '{"share":0,"words":"waiting"}',
  data_set_hash text,
  result json,
  failure text,
  created_at_ms bigint not null default now_ms(),
  started_at_ms bigint,
  ended_at_ms bigint,
  primary key (tenant, environment, run_id),
  foreign key (tenant, environment) references environment,
  check (state in ('queued', 'running', 'completed', 'failed', 'cancelled'))
);
create unique index training_run_active on training_run (tenant, environment, kind) where state in ('queued', 'running');
create index training_run_by_number on training_run (tenant, environment, number);

-- A run in the form in which the domain knows it.
create function training_run_json(r training_run) returns json language sql stable as $$
  select json_build_object(
    'runId', r.run_id, 'kind', r.kind, 'trigger', r.trigger, 'actor', r.actor, 'cutOffMs', r.cut_off_ms,
    'state', r.state, 'progress', r.progress, 'dataSetHash', r.data_set_hash, 'result', r.result,
    'failure', r.failure, 'createdAtMs', r.created_at_ms, 'startedAtMs', r.started_at_ms, 'endedAtMs', r.ended_at_ms)
$$;

create table shadow_score (
  tenant name_text,
  environment name_text,
  model_id name_text,
  window_end_ms bigint,
  rollout name_text,
  generation int,
  score double precision not null,
  threshold double precision,
  action text not null,
  stored_at_ms bigint not null default now_ms(),
  primary key (tenant, environment, model_id, window_end_ms, rollout, generation)
);
create index shadow_score_by_time on shadow_score (stored_at_ms);
`;
