import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { Database } from '../../storage/database.ts';
import { MIGRATIONS, migrate } from '../../storage/migrate.ts';
import { sql } from '../../storage/statement.ts';
import { createDatabase } from '../services/postgres.ts';

let database: Database;
let drop: () => Promise<void>;

beforeAll(async () => {
  const created = await createDatabase(inject('postgresUrl'));
  drop = created.drop;
  database = new Database({
    connection: { connectionString: created.url },
    maxConnections: 5,
    connectTimeoutMs: 2_000,
    queryTimeoutMs: 15_000,
    onError: () => {},
    onQueryTimeout: () => {},
  });
});

afterAll(async () => {
  await database.close();
  await drop();
});

it('applies each migration once when several processes start together', async () => {
  await Promise.all(Array.from({ length: 4 }, () => migrate(database)));
  expect(await database.query(sql`select name from schema_migration`)).toEqual(
    MIGRATIONS.map(({ name }) => ({ name })),
  );
});

it('applies only what is new', async () => {
  const added = { name: '9001-added', statements: 'create table added (n int); create table added_too (n int)' };
  await migrate(database, [...MIGRATIONS, added]);
  await migrate(database, [...MIGRATIONS, added]);
  expect(await database.query(sql`select added.n from added, added_too`)).toEqual([]);
  await database.query(sql`drop table added, added_too`);
});

it('refuses a database that was made with another text of a migration', async () => {
  const [first, ...others] = MIGRATIONS;
  const changed = [{ ...first!, statements: `${first!.statements}\n-- changed` }, ...others];
  await expect(migrate(database, changed)).rejects.toThrow(
    `${first!.name} was applied to this database with another text`,
  );
});

it('leaves nothing behind when a migration fails', async () => {
  const good = { name: '9002-good', statements: 'create table good (n int)' };
  const bad = { name: '9003-bad', statements: 'create table bad (n int); select 1 / 0' };
  await expect(migrate(database, [...MIGRATIONS, good, bad])).rejects.toMatchObject({ code: '22012' });
  expect(await tables()).not.toContain('good');
  expect(await database.query(sql`select name from schema_migration where name = '9002-good'`)).toEqual([]);
});

it('shares no table name with BullMQ, whose tables may live in the same database', async () => {
  const ofBullMq = 'dedup dedup_next event job job_dependency job_log meta metrics migration rate_limit scheduler';
  const ours = await tables();
  expect(ours).toContain('rollout');
  expect(ours.filter((name) => ofBullMq.split(' ').includes(name) || name.startsWith('relay_'))).toEqual([]);
});

it('begins the primary key of every table with the tenant, and the environment where there is one', async () => {
  const keys = await database.query<{ name: string; key: string[] }>(sql`
    select c.conrelid::regclass::text as name, array_agg(a.attname::text order by k.position) as key
      from pg_constraint c cross join lateral unnest(c.conkey) with ordinality k(number, position)
      join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.number
     where c.contype = 'p' and c.connamespace = 'public'::regnamespace
     group by c.conrelid`);
  const keyOf = new Map(keys.map(({ name, key }) => [name, key.slice(0, 2)]));
  const withoutEnvironment = {
    tenant: ['tenant'],
    api_key: ['tenant', 'key_id'],
    user_account: ['tenant', 'user_name'],
    user_session: ['tenant', 'session_id'],
    schema_migration: ['name'],
  };
  for (const name of await tables()) {
    const expected = (withoutEnvironment as Record<string, string[]>)[name] ?? ['tenant', 'environment'];
    expect({ name, key: keyOf.get(name) }).toEqual({ name, key: expected });
  }
});

async function tables(): Promise<readonly string[]> {
  const rows = await database.query<{ name: string }>(sql`
    select table_name::text as name from information_schema.tables
     where table_schema = 'public' and table_type = 'BASE TABLE'`);
  return rows.map((row) => row.name);
}
