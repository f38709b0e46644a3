import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openPostgresJobQueue } from '../../jobs/index.ts';
import { openEmbeddedStorage, type SqlStorage } from '../../storage/index.ts';
import { PATIENCE_MS } from '../services/patience.ts';
import { aFlag, aScope, BY_TESTER } from '../storage/builders.ts';
import { untilTrue } from './builders.ts';
import { jobQueueContract } from './job-queue-contract.ts';

describe('embedded', () => {
  const directory = mkdtempSync(join(tmpdir(), 'rampwright-jobs-'));
  const errors: unknown[] = [];
  const onError = (error: unknown) => errors.push(error);
  let storage: SqlStorage;

  beforeAll(async () => {
    storage = await openEmbeddedStorage({ directory, onError });
    const queue = await open();
    await vi.waitUntil(async () => (await queue.whyAway()) === null, { interval: 50, timeout: PATIENCE_MS });
    await queue.close();
  });

  afterAll(async () => {
    await storage.close();
    rmSync(directory, { recursive: true, force: true });
    expect(errors).toEqual([]);
  });

  const open = async () => openPostgresJobQueue(storage.connection, { onError, answerMs: PATIENCE_MS });
  jobQueueContract(open);

  it('runs each of 60 jobs once beside a storage that is in use, and neither disturbs the other', async () => {
    const queue = await open();
    const runs = new Map<number, number>();
    const count = async ({ data }: { readonly data: unknown }) => {
      runs.set(data as number, (runs.get(data as number) ?? 0) + 1);
      return null;
    };
    await queue.work({ count }, 4);
    const scope = await aScope(storage);
    const write = async () => {
      for (let n = 0; n < 40; n++) await storage.flags.writeFlag(scope, 'checkout', aFlag, BY_TESTER);
    };
    const add = async () => {
      for (let n = 0; n < 60; n++) await queue.add({ name: 'count', data: n });
    };
    await Promise.all([write(), add()]);
    await untilTrue(() => runs.size === 60);
    expect([...runs.values()].every((n) => n === 1)).toBe(true);
    expect(await storage.flags.readFlag(scope, 'checkout')).toMatchObject({ revision: 41 });
    await queue.close();
  });

  it('shares no name of a table, type or function with the storage, since both are found by one search path', async () => {
    const client = new pg.Client(storage.connection);
    await client.connect();
    const named = `select oid, relname as name, relnamespace as schema from pg_class where relkind in ('r', 'v', 'S')
      union all select oid, proname, pronamespace from pg_proc union all select oid, typname, typnamespace from pg_type`;
    const namesIn = async (schema: string) => {
      const { rows } = await client.query(`select name from (${named}) n where schema = '${schema}'::regnamespace`);
      return new Set<string>(rows.map(({ name }) => name));
    };
    const [ours, theirs] = [await namesIn('public'), await namesIn('bullmq')];
    await client.end();
    expect(ours).toContain('rollout');
    expect(theirs).toContain('job');
    expect([...ours].filter((name) => theirs.has(name))).toEqual([]);
  });
});
