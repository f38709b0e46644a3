import pg from 'pg';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { Scope, Storage } from '../../domain/index.ts';
import { openPostgresStorage } from '../../storage/index.ts';
import { createDatabase } from '../services/postgres.ts';
import { aScope } from './builders.ts';

let storage: Storage;
let other: pg.Client;
let drop: () => Promise<void>;

beforeAll(async () => {
  const database = await createDatabase(inject('postgresUrl'));
  drop = database.drop;
  storage = await openPostgresStorage({ databaseUrl: database.url, onError: () => {} });
  other = new pg.Client({ connectionString: database.url });
  await other.connect();
});
afterAll(async () => {
  await other.end();
  await storage.close();
  await drop();
});

/** Counts streams that only keep that they were heard. */
const hear = (scope: Scope, streams: readonly string[]) =>
  storage.windows.countStreams(scope, {
    origin: 'key-1',
    streams,
    rollouts: [],
    count: () => ({ states: new Map(streams.map((stream) => [stream, { isHeard: true }])), rows: [] }),
  });

it('forgets streams that were silent for longer than points are old that are still accepted', async () => {
  const scope = await aScope(storage);
  await hear(
    scope,
    Array.from({ length: 150 }, (_, n) => `silent-${n}`),
  );
  await hear(scope, ['heard', 'heard-yesterday']);
  const age = 'update otlp_stream set seen_at_ms = now_ms() - $1::bigint where stream like $2';
  await other.query(age, [26 * 3_600_000, 'silent-%']);
  await other.query(age, [24 * 3_600_000, 'heard-yesterday']);
  await hear(scope, ['heard', 'silent-149']);
  expect(await storage.windows.maintain()).toBe(149);
  expect(await countOfStreams()).toBe(3);
});

async function countOfStreams(): Promise<number> {
  const { rows } = await other.query('select count(*)::int as count from otlp_stream');
  return rows[0].count;
}
