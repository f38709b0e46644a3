/** People of a tenant, and where they are signed in. */
export const USERS = `
create table user_account (
  tenant name_text,
  user_name name_text,
  display_name text not null,
  roles json not null,
  password_hash text,
  is_disabled boolean not null default false,
  created_at_ms bigint not null default now_ms(),
  primary key (tenant, user_name)
);
create function user_json(u user_account) returns json language sql stable as $$
  select json_build_object('tenant', u.tenant, 'user', u.user_name, 'displayName', u.display_name, 'roles', u.roles,
                           'isDisabled', u.is_disabled, 'createdAtMs', u.created_at_ms)
$$;

create table user_session (
  tenant name_text,
  session_id name_text,
  user_name name_text not null,
  secret_hash bytea not null,
  created_at_ms bigint not null default now_ms(),
  seen_at_ms bigint not null default now_ms(),
  expires_at_ms bigint not null,
  primary key (tenant, session_id),
  unique (session_id),
  foreign key (tenant, user_name) references user_account
);
create index user_session_by_user on user_session (tenant, user_name);

select isolate_tenants('user_account');
select isolate_tenants('user_session');
`;
