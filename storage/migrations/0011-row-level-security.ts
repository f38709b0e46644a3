/** A second wall between tenants: the database itself shows a statement only the rows of the tenant that it is for. */
export const ROW_LEVEL_SECURITY = `
-- Roles belong to the server and not to the database, so another database may have made this one. Where the connecting
-- user may make no role, or not take it, policies hold by force alone.
do $$
begin
  create role rampwright_tenant nologin;
exception when duplicate_object or unique_violation or insufficient_privilege then null;
end $$;
do $$
begin
  if not (select rolsuper from pg_roles where rolname = current_user) then
    execute format('grant rampwright_tenant to %I', current_user);
  end if;
exception when insufficient_privilege or undefined_object or unique_violation or internal_error then null;
end $$;
do $$
begin
  execute format('grant usage on schema %I to rampwright_tenant', current_schema());
exception when insufficient_privilege or undefined_object then null;
end $$;

-- Puts a table with a column "tenant" behind the wall; every later migration that makes one calls it. The setting is
-- read once for each statement; '*', which no tenant can be called, reaches all.
create function isolate_tenants(in_table regclass) returns void language plpgsql as $$
begin
  execute format('alter table %s enable row level security, force row level security', in_table);
  execute format('create policy of_tenant on %s using ((select current_setting(''rampwright.tenant'', true)) in (tenant, ''*''))',
                 in_table);
  if exists (select from pg_roles where rolname = 'rampwright_tenant') then
    execute format('grant select, insert, update, delete on %s to rampwright_tenant', in_table);
  end if;
end $$;

select isolate_tenants(c.oid)
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant'
 where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace;
`;
