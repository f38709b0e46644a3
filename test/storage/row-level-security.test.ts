import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Database } from '../../storage/database.ts';
import { migrate } from '../../storage/migrate.ts';
import { PostgresFlagStore } from '../../storage/postgres-flag-store.ts';
import { PostgresRolloutStore } from '../../storage/postgres-rollout-store.ts';
import { PostgresWindowStore } from '../../storage/postgres-window-store.ts';
import { type Statement, sql } from '../../storage/statement.ts';
import { PATIENCE_MS } from '../services/patience.ts';
import { createDatabase } from '../services/postgres.ts';
import { aFlag, aReport, aRolloutDefinition, aRow, START } from './builders.ts';
import { type OpenDatabase, openEmbedded, openPostgres } from './databases.ts';

const TENANTS = ['acme', 'globex'];

/** The same in both tenants: an environment, a flag, a running rollout and a report. */
async function fill(database: Database): Promise<void> {
  const flags = new PostgresFlagStore(database);
  const rollouts = new PostgresRolloutStore(database);
  const windows = new PostgresWindowStore(database, { vacuums: false });
  for (const tenant of TENANTS) {
    const scope = { tenant, environment: 'production' };
    const { rollout, flag } = aRolloutDefinition();
    await flags.createEnvironment(scope);
    await flags.writeFlag(scope, flag, aFlag, { actor: tenant });
    await rollouts.createRollout(scope, aRolloutDefinition(), { actor: tenant });
    await rollouts.moveRollout(scope, rollout, START);
    await windows.acceptReport(scope, aReport(1, [aRow(0)]), 'key1');
  }
}

/** Tables with a tenant of the schema, and whether policies hold in them for everybody. */
function tablesOf(database: Database): Promise<readonly { readonly name: string; readonly isForced: boolean }[]> {
  return database.query(sql`
    select c.relname::text as name, c.relrowsecurity and c.relforcerowsecurity
           and exists (select from pg_policy p where p.polrelid = c.oid) as "isForced"
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant' and not a.attisdropped
     where c.relkind in ('r', 'p') and c.relnamespace = current_schema()::regnamespace order by 1`);
}

/** Who connects to a new database that is theirs: a user who may make no roles, and none of whose roles is special. */
async function openAsPlainOwner(): Promise<OpenDatabase> {
  const server = inject('postgresUrl');
  const { url, drop } = await createDatabase(server);
  const user = `owner_${new URL(url).pathname.slice(1)}`;
  const administrator = connect(url);
  await administrator.query({ text: `create role ${user} login password 'plain'`, values: [] });
  await administrator.query({ text: `alter schema public owner to ${user}`, values: [] });
  const owned = Object.assign(new URL(url), { username: user, password: 'plain' });
  const database = connect(owned.href);
  await migrate(database);
  return {
    database,
    close: async () => {
      await database.close();
      await administrator.query({ text: `drop owned by ${user} cascade`, values: [] });
      await administrator.query({ text: `drop role ${user}`, values: [] });
      await administrator.close();
      await drop();
    },
  };
}

function connect(connectionString: string): Database {
  const silent = { onError: () => {}, onQueryTimeout: () => {} };
  const timeouts = { connectTimeoutMs: PATIENCE_MS, queryTimeoutMs: PATIENCE_MS };
  return new Database({ connection: { connectionString }, maxConnections: 2, ...timeouts, ...silent });
}

describe.each([
  ['PostgreSQL', () => openPostgres(inject('postgresUrl')), 'role'],
  ['PostgreSQL, as an owner who may make no roles', openAsPlainOwner, 'forced'],
  ['embedded', openEmbedded, 'role'],
] as const)('row-level security (%s)', (_, open, wall) => {
  let opened: OpenDatabase;
  let database: Database;

  beforeAll(async () => {
    opened = await open();
    database = opened.database;
    await fill(database);
  });
  afterAll(() => opened.close());

  /** What a statement finds when it names no tenant. */
  const seenBy = async (tenant: string, table: string): Promise<readonly string[]> => {
    const rows = await database.of(tenant).query<{ tenant: string }>({
      text: `select distinct tenant from ${table} order by tenant`,
      values: [],
    });
    return rows.map((row) => row.tenant);
  };

  it('says what keeps tenants apart', async () => {
    expect(await database.raiseWall()).toBe(wall);
  });

  it('is forced on every table that has a tenant', async () => {
    const tables = await tablesOf(database);
    expect(tables.length).toBeGreaterThan(20);
    expect(tables.filter(({ isForced }) => !isForced)).toEqual([]);
  });

  it('shows a statement without a WHERE the rows of its tenant only, in every table', async () => {
    const filled: string[] = [];
    for (const { name } of await tablesOf(database)) {
      for (const tenant of TENANTS) {
        const seen = await seenBy(tenant, name);
        expect(
          seen.filter((other) => other !== tenant),
          `${tenant}, ${name}`,
        ).toEqual([]);
        if (seen.length > 0) filled.push(name);
      }
      expect(await seenBy('initech', name), name).toEqual([]);
    }
    expect(new Set(filled)).toEqual(
      new Set([
        ...['audit_entry', 'audit_head', 'change', 'environment', 'evidence', 'flag', 'report_inbox', 'rollout'],
        ...['rollout_schedule', 'source_window', 'watermark'],
      ]),
    );
  });

  it.each<[string, Statement]>([
    ['an update', sql`update flag set revision = revision + 1 returning tenant`],
    ['a delete', sql`delete from report_inbox returning tenant`],
    ['a change in a transaction', sql`update rollout_schedule set due_at_ms = 0 returning tenant`],
  ])('keeps %s without a WHERE within its tenant', async (what, statement) => {
    const { query, transaction } = database.of('acme');
    const changed = what.endsWith('transaction') ? transaction((inside) => inside(statement)) : query(statement);
    expect(await changed).toEqual([{ tenant: 'acme' }]);
  });

  it('refuses a row of another tenant', async () => {
    const { query } = database.of('acme');
    const intruder = sql`insert into environment (tenant, environment) values ('globex', 'intruded')`;
    await expect(query(intruder)).rejects.toThrow('row-level security');
    await expect(query(sql`update flag set tenant = 'globex'`)).rejects.toThrow('row-level security');
  });

  it('shows all tenants to what is done across them, by its own name only', async () => {
    const everywhere = await database.acrossTenants.query<{ tenant: string }>(sql`
      select tenant from environment order by tenant`);
    expect(everywhere.map(({ tenant }) => tenant)).toEqual(TENANTS);
  });

  it('runs a statement that could not be parsed at first, once it can', async () => {
    const { query } = database.acrossTenants;
    const statement = sql`select n from made_later where n < ${9}`;
    for (let again = 0; again < 2; again += 1) await expect(query(statement)).rejects.toThrow('made_later');
    await database.query(sql`create table made_later (n int)`);
    await database.query(sql`grant select on made_later to public`);
    for (let again = 0; again < 2; again += 1) expect(await query(statement)).toEqual([]);
  });

  it('leaves nothing behind on a connection, not even after a failure', async () => {
    const sessions = [database.of('acme'), database.of('globex'), database.acrossTenants];
    const setting = 'rampwright.tenant';
    for (const { query, transaction } of sessions) {
      await query(sql`select 1`);
      await expect(query(sql`select 1 / 0`)).rejects.toThrow('division by zero');
      await expect(transaction((inside) => inside(sql`select 1 / 0`))).rejects.toThrow('division by zero');
      const [left] = await database.query(sql`
        select coalesce(current_setting(${setting}, true), '') as tenant, current_user = session_user as "isHimself"`);
      expect(left).toEqual({ tenant: '', isHimself: true });
    }
  });
});
