/** The audit: one hash chain for each environment, and one ("*") for what concerns the whole tenant. */
export const AUDIT = `
-- before and after are canonical JSON, as text: what is hashed is what is stored, byte by byte.
create table audit_entry (
  tenant name_text,
  environment name_text,
  sequence bigint,
  at_ms bigint not null,
  actor text not null,
  action text not null,
  kind text not null,
  target name_text not null,
  reason text,
  before text,
  after text,
  previous_hash text not null,
  hash text,
  primary key (tenant, environment, sequence)
);
create index audit_entry_by_target on audit_entry (tenant, environment, target, kind, sequence);
create trigger audit_entry_kept before update or delete on audit_entry
  for each row execute function refuse_change();
create trigger audit_entry_not_emptied before truncate on audit_entry
  for each statement execute function refuse_change();

create table audit_head (
  tenant name_text,
  environment name_text,
  sequence bigint not null default 0,
  hash text not null default repeat('0', 64),
  primary key (tenant, environment)
);

-- The canonical JSON of an entry (keys sorted, no white space; before and after are canonical already). Without a hash
-- it is what the hash is of.
create function audit_line(e audit_entry) returns text language sql stable as $$
  select '{"action":' || to_json(e.action)::text || ',"actor":' || to_json(e.actor)::text
    || ',"after":' || coalesce(e.after, 'null') || ',"atMs":' || e.at_ms
    || ',"before":' || coalesce(e.before, 'null') || ',"environment":' || to_json(e.environment::text)::text
    || coalesce(',"hash":' || to_json(e.hash)::text, '') || ',"kind":' || to_json(e.kind)::text
    || ',"previousHash":' || to_json(e.previous_hash)::text
    || ',"reason":' || coalesce(to_json(e.reason)::text, 'null') || ',"sequence":' || e.sequence
    || ',"target":' || to_json(e.target::text)::text || ',"tenant":' || to_json(e.tenant::text)::text || '}'
$$;

-- Appends an entry to its chain. The head is locked until the change is committed, as the last of all locks, so that
-- numbers have no gaps; what the thing was before is what the last entry about it says.
create function record_audit(
  in_tenant text, in_environment text, in_actor text, in_action text, in_kind text, in_target text, in_reason text,
  in_after text
) returns bigint language plpgsql as $$
declare
  e audit_entry;
begin
  insert into audit_head (tenant, environment) values (in_tenant, in_environment) on conflict do nothing;
  select h.sequence + 1, h.hash into e.sequence, e.previous_hash from audit_head h
   where h.tenant = in_tenant and h.environment = in_environment for update;
  select a.after into e.before from audit_entry a
   where a.tenant = in_tenant and a.environment = in_environment and a.target = in_target and a.kind = in_kind
   order by a.sequence desc limit 1;
  e.tenant := in_tenant;
  e.environment := in_environment;
  e.at_ms := now_ms();
  e.actor := in_actor;
  e.action := in_action;
  e.kind := in_kind;
  e.target := in_target;
  e.reason := in_reason;
  e.after := in_after;
  e.hash := encode(sha256(convert_to(audit_line(e), 'UTF8')), 'hex');
  insert into audit_entry select e.*;
  update audit_head h set sequence = e.sequence, hash = e.hash
   where h.tenant = in_tenant and h.environment = in_environment;
  return e.sequence;
end $$;

-- A change of what an environment publishes, with its entry in the audit; the subject is the target.
create function record_audited_change(
  in_tenant text, in_environment text, in_kind text, in_subject text, in_payload json, in_actor text, in_reason text,
  in_audited text, in_after text
) returns bigint language plpgsql as $$
declare
  new_version bigint := record_change(in_tenant, in_environment, in_kind, in_subject, in_payload, in_actor);
begin
  perform record_audit(in_tenant, in_environment, in_actor, in_kind, in_audited, in_subject, in_reason, in_after);
  return new_version;
end $$;

-- Where a rollout stands, as canonical JSON for the audit.
create function rollout_audited(r rollout, in_decision_id text) returns text language sql stable as $$
  select '{"coverage":' || r.coverage || coalesce(',"decisionId":' || to_json(in_decision_id)::text, '')
    || ',"generation":' || r.generation || ',"isArchived":' || r.is_archived
    || ',"phase":' || to_json(r.phase)::text || ',"revision":' || r.revision || '}'
$$;
`;
