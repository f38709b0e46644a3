import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { FlagStore, PublishedState, Scope } from '../../domain/index.ts';
import { Database } from '../../storage/database.ts';
import { migrate } from '../../storage/migrate.ts';
import { PostgresFlagStore } from '../../storage/postgres-flag-store.ts';
import { type Statement, sql } from '../../storage/statement.ts';
import { createDatabase } from '../services/postgres.ts';
import { aFlag, BY_TESTER } from './builders.ts';

const DISABLED = { ...aFlag, state: 'DISABLED' } as const;

let database: Database;
let flags: FlagStore;
let drop: () => Promise<void>;
let scopeCount = 0;

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
  await migrate(database);
  flags = new PostgresFlagStore(database);
});

afterAll(async () => {
  await database.close();
  await drop();
});

/** An environment with the flags "a", "b" and "c", and what was read of it. */
async function anEnvironment(): Promise<{ scope: Scope; held: PublishedState }> {
  const scope = { tenant: 'acme', environment: `environment-${scopeCount++}` };
  await flags.createEnvironment(scope);
  for (const key of ['a', 'b', 'c']) await flags.writeFlag(scope, key, aFlag, BY_TESTER);
  return { scope, held: await flags.readPublished(scope) };
}

function removal({ tenant, environment }: Scope, key: string): Statement {
  return sql`
    with gone as (
      delete from flag where tenant = ${tenant} and environment = ${environment} and flag = ${key} returning flag
    )
    select record_change(${tenant}, ${environment}, 'flag', flag, '{}', 'tester') from gone`;
}

it('sees that a flag is gone, and that one came back', async () => {
  const { scope, held } = await anEnvironment();
  await database.query(removal(scope, 'b'));
  const without = await flags.readPublished(scope, held);
  expect(Object.keys(without.flagSet.flags)).toEqual(['a', 'c']);
  expect(without.flagSet.flags['a']).toBe(held.flagSet.flags['a']);
  await flags.writeFlag(scope, 'b', DISABLED, BY_TESTER);
  for (const older of [held, without]) {
    const after = await flags.readPublished(scope, older);
    expect(Object.entries(after.flagSet.flags)).toEqual([
      ['a', aFlag],
      ['b', DISABLED],
      ['c', aFlag],
    ]);
  }
});

it('reads everything when some of the changes since then are no longer there', async () => {
  const { scope, held } = await anEnvironment();
  await flags.writeFlag(scope, 'a', DISABLED, BY_TESTER);
  await flags.writeFlag(scope, 'b', DISABLED, BY_TESTER);
  await database.query(sql`delete from change where environment = ${scope.environment} and version <= 4`);
  const after = await flags.readPublished(scope, held);
  expect(after).toEqual(await flags.readPublished(scope));
  expect(after.flagSet.flags).toEqual({ a: DISABLED, b: DISABLED, c: aFlag });
});

it('reads everything after a backup was restored, even at the version that is held', async () => {
  const { scope, held } = await anEnvironment();
  await database.query(sql`update flag set definition = ${JSON.stringify(DISABLED)}::json
    where environment = ${scope.environment} and flag = 'a'`);
  await database.query(sql`update environment set epoch = epoch + 1 where environment = ${scope.environment}`);
  const after = await flags.readPublished(scope, held);
  expect(after).toMatchObject({ epoch: 2, version: 3, flagSet: { flags: { a: DISABLED } } });
});

it('reads everything when a state is held that lacks a flag written since', async () => {
  const { scope, held } = await anEnvironment();
  const { b: _, ...others } = held.flagSet.flags;
  await flags.writeFlag(scope, 'b', DISABLED, BY_TESTER);
  const after = await flags.readPublished(scope, { ...held, flagSet: { flags: others } });
  expect(JSON.stringify(after)).toBe(JSON.stringify(await flags.readPublished(scope)));
});
