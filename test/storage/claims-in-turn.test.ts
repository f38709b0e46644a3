import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { PostgresRolloutStore } from '../../storage/postgres-rollout-store.ts';
import { sql } from '../../storage/statement.ts';
import { type OpenDatabase, openPostgres } from './databases.ts';

const MANY = 2_000;
let opened: OpenDatabase;
let rollouts: PostgresRolloutStore;

beforeAll(async () => {
  opened = await openPostgres(inject('postgresUrl'));
  rollouts = new PostgresRolloutStore(opened.database);
  await schedule('greedy', MANY, 60_000);
  await schedule('modest', 3, 1_000);
  await schedule('patient', 1, 500);
});
afterAll(() => opened.close());

/** So many rollouts of a tenant that have been due for so long, the first one the longest. */
function schedule(tenant: string, count: number, lateMs: number) {
  return opened.database.query(sql`
    insert into rollout_schedule (tenant, environment, rollout, due_at_ms)
    select ${tenant}, 'production', 'rollout-' || n, now_ms() - ${lateMs}::bigint + n
      from generate_series(1, ${count}::int) n`);
}

const claim = async (limit: number) =>
  (await rollouts.claimDue(limit, 60_000)).map(({ tenant, rollout }) => `${tenant} ${rollout}`);

it("takes due rollouts of tenants in turn, so that one tenant's thousands keep no other waiting", async () => {
  expect(new Set(await claim(4))).toEqual(
    new Set(['greedy rollout-1', 'modest rollout-1', 'patient rollout-1', 'greedy rollout-2']),
  );
  expect(new Set(await claim(4))).toEqual(
    new Set(['greedy rollout-3', 'modest rollout-2', 'greedy rollout-4', 'modest rollout-3']),
  );
});

it('takes each once, however many claim at the same time, and all of a tenant that is alone', async () => {
  const claimed = (await Promise.all(Array.from({ length: 5 }, () => claim(100)))).flat();
  while (claimed.length < MANY - 4) claimed.push(...(await claim(500)));
  expect(new Set(claimed).size).toBe(MANY - 4);
  expect(await claim(10)).toEqual([]);
});
