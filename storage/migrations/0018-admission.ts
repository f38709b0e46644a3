/** How the units of a generation were admitted, where splits may differ among them. */
export const ADMISSION = `
alter table rollout add column admission json;

-- Nothing is said of what was never set. As text, for documents come back as they were written.
create or replace function rollout_json(r rollout) returns json language sql stable as $$
  select ('{"definition":' || r.definition::text || ',"state":{"phase":' || to_json(r.phase)::text
    || ',"generation":' || r.generation || ',"revision":' || r.revision || ',"coverage":' || r.coverage
    || ',"coverageSinceMs":' || r.coverage_since_ms || ',"startedAtMs":' || coalesce(r.started_at_ms::text, 'null')
    || ',"isArchived":' || r.is_archived
    || coalesce(',"steering":' || r.steering::text, '') || coalesce(',"admission":' || r.admission::text, '') || '}}')::json
$$;

-- admission comes as canonical JSON, and its name is the first of all.
create or replace function rollout_audited(r rollout, in_decision_id text) returns text language sql stable as $$
  select '{' || coalesce('"admission":' || r.admission::text || ',', '') || '"coverage":' || r.coverage
    || coalesce(',"decisionId":' || to_json(in_decision_id)::text, '')
    || ',"generation":' || r.generation || ',"isArchived":' || r.is_archived
    || ',"phase":' || to_json(r.phase)::text || ',"revision":' || r.revision
    || coalesce(',"steering":' || r.steering::text, '') || '}'
$$;
`;
