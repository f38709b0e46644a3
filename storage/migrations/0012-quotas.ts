/** What a tenant may use, and due rollouts found tenant by tenant. */
export const QUOTAS = `
alter table tenant add column quotas json not null default '{}';
create index rollout_schedule_by_tenant on rollout_schedule (tenant, due_at_ms);
create index rollout_in_progress_by_tenant on rollout (tenant) where phase in ('running', 'paused');
`;
