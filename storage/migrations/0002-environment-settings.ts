/** Settings of an environment, and a secret for what it hands out for a short time. */
export const ENVIRONMENT_SETTINGS = `
alter table environment add column settings json not null default '{}';

-- Two random UUIDs hold 244 random bits, without an extension.
alter table environment add column ticket_secret bytea not null
  default decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex');
`;
