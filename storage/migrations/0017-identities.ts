/** Whom a provider of identities vouches for: its issuer, and what it calls the person, which it never gives to another. */
export const IDENTITIES = `
alter table user_account
  add column issuer text,
  add column subject text,
  add constraint user_account_identity unique (tenant, issuer, subject),
  add constraint user_account_identity_is_whole check ((issuer is null) = (subject is null));

create or replace function user_json(u user_account) returns json language sql stable as $$
  select json_build_object('tenant', u.tenant, 'user', u.user_name, 'displayName', u.display_name, 'roles', u.roles,
                           'isDisabled', u.is_disabled, 'createdAtMs', u.created_at_ms, 'issuer', u.issuer)
$$;
`;
