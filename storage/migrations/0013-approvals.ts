/** Whose a rollout is: a second person is somebody else. */
export const APPROVALS = `
alter table rollout add column planned_by text, add column started_by text;

update rollout r set
  planned_by = (select c.actor from change c
                 where c.tenant = r.tenant and c.environment = r.environment and c.subject = r.rollout
                   and c.kind in ('rolloutCreated', 'rolloutUpdated') order by c.version desc limit 1),
  started_by = (select c.actor from change c
                 where c.tenant = r.tenant and c.environment = r.environment and c.subject = r.rollout
                   and c.kind in ('start', 'retry') order by c.version desc limit 1);

-- What people said of a draft, as canonical JSON, without their votes on the plan that it had.
create function without_votes(steering json) returns json language sql immutable as $$
  select case when steering -> 'votes' is null then steering
    else ('{"mode":' || to_json(steering ->> 'mode')::text || ',"overrides":[],"pin":null}')::json end
$$;
`;
