import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Storage } from '../../domain/index.ts';
import { Database } from '../../storage/database.ts';
import { openPostgresStorage } from '../../storage/index.ts';
import { sql } from '../../storage/statement.ts';
import { PATIENCE_MS } from '../services/patience.ts';
import { createDatabase } from '../services/postgres.ts';
import { aDecision, aFlag, aReport, aRow, aRunningRollout, aScope, BY_TESTER, theWindow } from './builders.ts';

let databaseUrl: string;
let drop: () => Promise<void>;

beforeAll(async () => {
  ({ url: databaseUrl, drop } = await createDatabase(inject('postgresUrl')));
});

afterAll(() => drop());

function openDatabase(options: { queryTimeoutMs: number; connectTimeoutMs?: number }): Database {
  return new Database({
    connection: { connectionString: databaseUrl },
    maxConnections: 1,
    connectTimeoutMs: PATIENCE_MS,
    onError: () => {},
    onQueryTimeout: () => {},
    ...options,
  });
}

describe('a pool of connections', () => {
  it('reports a server that is not there as unavailable', async () => {
    const opening = openPostgresStorage({ databaseUrl: 'postgres://nobody@127.0.0.1:1/nothing', onError: () => {} });
    await expect(opening).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('reports an exhausted pool as unavailable instead of waiting for ever', async () => {
    const database = openDatabase({ queryTimeoutMs: PATIENCE_MS, connectTimeoutMs: 200 });
    const nested = database.transaction(() => database.query(sql`select 1`));
    await expect(nested).rejects.toMatchObject({ code: 'unavailable' });
    await database.close();
  });

  it('gives up on a statement that gets no answer, and discards its connection', async () => {
    const database = openDatabase({ queryTimeoutMs: 1_000, connectTimeoutMs: 2_000 });
    await expect(database.query(sql`select pg_sleep(5)`)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await database.query(sql`select 1 as one`)).toEqual([{ one: 1 }]);
    await database.close();
  });

  it('undoes a transaction that fails, and hands back a clean connection', async () => {
    const database = openDatabase({ queryTimeoutMs: PATIENCE_MS });
    await database.query(sql`create table counter (n bigint)`);
    const failing = database.transaction(async (query) => {
      await query(sql`insert into counter values (1)`);
      await query(sql`select 1 / ${0}::int`);
    });
    await expect(failing).rejects.toMatchObject({ code: '22012' });
    expect(await database.query(sql`select count(*) as n from counter`)).toEqual([{ n: 0 }]);
    await database.close();
  });
});

describe('PostgreSQL in trouble', () => {
  let storage: Storage;
  /** Another connection, for whatever stands in the way. */
  let other: pg.Client;
  const errors: unknown[] = [];

  beforeEach(async () => {
    storage = await openPostgresStorage({ databaseUrl, onError: (error) => errors.push(error) });
    other = new pg.Client({ connectionString: databaseUrl });
    await other.connect();
  });

  afterEach(async () => {
    await other.end();
    await storage.close();
  });

  it('loses no acknowledged write when connections are cut, and goes on by itself', async () => {
    const scope = await aScope(storage);
    let acknowledged = 0;
    let unavailable = 0;
    const writer = async () => {
      for (let n = 0; n < 60; n++) {
        try {
          await storage.flags.writeFlag(scope, 'checkout', aFlag, BY_TESTER);
          acknowledged++;
        } catch (error) {
          expect(error).toMatchObject({ code: 'unavailable' });
          unavailable++;
        }
      }
    };
    const writing = Promise.all([writer(), writer(), writer(), writer()]);
    for (const written of [30, 60, 90]) {
      await expect.poll(() => acknowledged, { interval: 2 }).toBeGreaterThan(written);
      await cutConnections();
    }
    await writing;
    await cutConnections();
    await expect.poll(() => errors.length).toBeGreaterThan(0);
    await expect.poll(() => storage.ping().then(() => 'answers', String)).toBe('answers');
    const versions = (await storage.flags.listChanges(scope, { limit: 1_000 })).map((change) => change.version);
    expect(versions).toEqual(Array.from({ length: versions.length }, (_, n) => versions.length - n));
    expect(versions.length).toBeGreaterThanOrEqual(1 + acknowledged);
    expect(versions.length).toBeLessThanOrEqual(1 + acknowledged + unavailable);
    expect(unavailable).toBeGreaterThan(0);
  });

  it('does not apply a decision that waits too long for a lock, and applies it afterwards', async () => {
    const scope = await aScope(storage);
    const rollout = await aRunningRollout(storage, scope);
    await other.query('begin');
    await other.query('update rollout set coverage = coverage where environment = $1', [scope.environment]);
    const startedMs = Date.now();
    expect(await storage.rollouts.applyDecision(aDecision(scope, rollout, {}))).toBe(false);
    // Half a second; other statements wait for five.
    expect(Date.now() - startedMs).toBeLessThan(5_000);
    await other.query('rollback');
    expect(await storage.rollouts.applyDecision(aDecision(scope, rollout, {}))).toBe(true);
  });

  it('does not apply a ramp whose deadline passes while it waits for a lock', async () => {
    const scope = await aScope(storage);
    const rollout = await aRunningRollout(storage, scope);
    await other.query('begin');
    await other.query('update rollout set coverage = coverage where environment = $1', [scope.environment]);
    const deadlineMs = Date.now() + 100;
    const applying = storage.rollouts.applyDecision(aDecision(scope, rollout, { deadlineMs }));
    await untilSomebodyWaits();
    await expect.poll(() => Date.now(), { interval: 5 }).toBeGreaterThan(deadlineMs);
    await other.query('rollback');
    expect(await applying).toBe(false);
    expect(await storage.rollouts.readRollout(scope, 'new-checkout')).toEqual(rollout);
  });

  it('does not close a window while a report for it is being stored', async () => {
    const scope = await aScope(storage);
    await aRunningRollout(storage, scope);
    await storage.windows.acceptReport(scope, aReport(0, [aRow(0)]), 'key1');
    await other.query('begin');
    await other.query('select from watermark where environment = $1 for share', [scope.environment]);
    const closing = closeWindows();
    await untilSomebodyWaits();
    await other.query('commit');
    expect(await closing).toMatchObject({ closedThroughMs: theWindow(0).endMs });

    function closeWindows() {
      return storage.windows.closeWindows(scope, 'new-checkout', 1, { allowedLatenessMs: 0, attributionMs: 0 });
    }
  });

  it('knows that a report is late whose window was closed while it waited', async () => {
    const scope = await aScope(storage);
    await aRunningRollout(storage, scope);
    await other.query('begin');
    await other.query('update watermark set closed_through_ms = $2 where environment = $1', [
      scope.environment,
      theWindow(0).endMs,
    ]);
    const accepting = storage.windows.acceptReport(scope, aReport(0, [aRow(0), aRow(1)]), 'key1');
    await untilSomebodyWaits();
    await other.query('commit');
    expect(await accepting).toEqual({ isDuplicate: false, lateRowCount: 1 });
  });

  it('forgets deliveries after two days', async () => {
    const scope = await aScope(storage);
    await aRunningRollout(storage, scope);
    const accept = (sequence: number) => storage.windows.acceptReport(scope, aReport(sequence, [aRow(0)]), 'key1');
    for (let sequence = 0; sequence < 14; sequence++) await accept(sequence);
    const age =
      'update report_inbox set received_at_ms = now_ms() - $2::bigint where environment = $1 and sequence < 13';
    await other.query(age, [scope.environment, 49 * 3_600_000]);
    await storage.windows.maintain();
    expect(await remembered()).toEqual(['13']);

    async function remembered() {
      const { rows } = await other.query(
        'select sequence from report_inbox where environment = $1 order by sequence::bigint',
        [scope.environment],
      );
      return rows.map((row) => row.sequence);
    }
  });

  async function cutConnections(): Promise<void> {
    await other.query(`select pg_terminate_backend(pid) from pg_stat_activity
                        where datname = current_database() and pid <> pg_backend_pid()`);
  }

  async function untilSomebodyWaits(): Promise<void> {
    const countWaiting = async () => {
      const { rows } = await other.query(`select count(*)::int as n from pg_stat_activity
                                           where datname = current_database() and wait_event_type = 'Lock'`);
      return rows[0].n as number;
    };
    await expect.poll(countWaiting, { interval: 5 }).toBeGreaterThan(0);
  }
});
