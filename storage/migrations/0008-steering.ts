/** What people say beside a plan, and the answers of requests that may be repeated. */
export const STEERING = `
alter table rollout add column steering json;

create or replace function rollout_json(r rollout) returns json language sql stable as $$
  select json_build_object(
    'definition', r.definition,
    'state', case when r.steering is null then json_build_object(
      'phase', r.phase, 'generation', r.generation, 'revision', r.revision, 'coverage', r.coverage,
      'coverageSinceMs', r.coverage_since_ms, 'startedAtMs', r.started_at_ms, 'isArchived', r.is_archived)
    else json_build_object(
      'phase', r.phase, 'generation', r.generation, 'revision', r.revision, 'coverage', r.coverage,
      'coverageSinceMs', r.coverage_since_ms, 'startedAtMs', r.started_at_ms, 'isArchived', r.is_archived,
      'steering', r.steering) end)
$$;

-- steering comes as canonical JSON.
create or replace function rollout_audited(r rollout, in_decision_id text) returns text language sql stable as $$
  select '{"coverage":' || r.coverage || coalesce(',"decisionId":' || to_json(in_decision_id)::text, '')
    || ',"generation":' || r.generation || ',"isArchived":' || r.is_archived
    || ',"phase":' || to_json(r.phase)::text || ',"revision":' || r.revision
    || coalesce(',"steering":' || r.steering::text, '') || '}'
$$;

-- Whether decisions of the controller may move a rollout.
create function is_automatic(r rollout) returns boolean language sql stable as $$
  select coalesce(r.steering ->> 'mode', 'automatic') = 'automatic'
$$;

create table answered_request (
  tenant name_text,
  environment name_text,
  request_key name_text,
  sha256 text not null,
  rollout json not null,
  at_ms bigint not null default now_ms(),
  primary key (tenant, environment, request_key)
);
create index answered_request_by_time on answered_request (at_ms);
`;
