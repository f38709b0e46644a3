/** Tenants as rows of their own; keys that expire and that are given new secrets. */
export const TENANTS = `
create table tenant (
  tenant name_text primary key,
  created_at_ms bigint not null default now_ms()
);
insert into tenant (tenant) select tenant from environment union select tenant from api_key;

alter table api_key
  add column expires_at_ms bigint,
  add column previous_secret_hash bytea,
  add column previous_until_ms bigint;

-- Whoever had the key of the first start runs the server.
update api_key set scopes = scopes || array['platform']
 where tenant = 'default' and environment is null and name = 'first admin key' and 'admin' = any(scopes);
`;
