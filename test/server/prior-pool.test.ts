import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { JsonValue, LearningStorage, Scope } from '../../domain/index.ts';
import { poolOf, readExports, startPriorPool, type TenantExport } from '../../server/prior-pool.ts';
import { openPostgresStorage } from '../../storage/index.ts';
import { createDatabase } from '../services/postgres.ts';
import { aDecisionRecord, aFlag, aRunningRollout, BY_TESTER, COMPLETE } from '../storage/builders.ts';

let storage: LearningStorage;
let drop: () => Promise<void>;

/** Ten tenants of three rollouts each, and one of two; their effects differ. */
const EFFECTS = [...Array.from({ length: 10 }, (_, tenant) => [0.01 * tenant, 0.02, -0.01]), [0.5, 0.6]];

beforeAll(async () => {
  const database = await createDatabase(inject('postgresUrl'));
  storage = await openPostgresStorage({ databaseUrl: database.url, onError: () => {} });
  drop = database.drop;
  for (const [number, effects] of EFFECTS.entries()) {
    const scope = { tenant: `secret-name-${number}`, environment: 'production' };
    await storage.tenants.createTenant(scope.tenant, BY_TESTER);
    await storage.flags.createEnvironment(scope);
    await storage.flags.writeFlag(scope, 'checkout', aFlag, BY_TESTER);
    for (const [index, effect] of effects.entries()) await endedRollout(scope, `secret-rollout-${index}`, effect);
  }
});
afterAll(async () => {
  await storage.close();
  await drop();
});

async function endedRollout(scope: Scope, rollout: string, effect: number): Promise<void> {
  await aRunningRollout(storage, scope, { rollout, salt: rollout });
  const guardrails = [{ metric: 'errors', estimate: { effect, standardError: 0.02 } }];
  const assessment: JsonValue = { treatments: [{ treatment: 'on', guardrails }] };
  await storage.decisions.append(scope, aDecisionRecord({ rollout, decisionId: rollout, assessment }));
  await storage.rollouts.moveRollout(scope, rollout, COMPLETE);
}

describe('what tenants learn from each other', () => {
  it('is fitted on sums of at least three rollouts each, and nothing else leaves a tenant', async () => {
    const exports = await readExports(storage, []);
    // The tenant of two rollouts lets nothing out.
    expect(exports.filter(({ errors }) => errors !== undefined)).toHaveLength(10);
    for (const one of exports) {
      expect(Object.keys(one).filter((kind) => kind !== 'errors')).toEqual([]);
      if (one.errors === undefined) continue;
      expect(Object.keys(one.errors).sort()).toEqual(['k', 'sum', 'sumOfSquaredErrors', 'sumOfSquares']);
      expect(Object.values(one.errors).every((value) => typeof value === 'number')).toBe(true);
    }
    expect(JSON.stringify(exports)).not.toContain('secret');
    const level = poolOf(exports)!;
    expect(level.effects.errors).toMatchObject({ rollouts: 30 });
    expect(Object.keys(level.effects)).toEqual(['errors']);
    expect(JSON.stringify(level)).not.toContain('secret');
  });

  it('is nothing with nine tenants: with the tenth gone at its wish, the pool is gone', async () => {
    expect(poolOf(await readExports(storage, ['secret-name-4']))).toBeUndefined();
    expect(poolOf(await readExports(storage, ['secret-name-10']))).toBeDefined();
  });

  it('moves with one tenant by no more than the clip allows', async () => {
    const exports = await readExports(storage, []);
    const wild: TenantExport = { errors: { k: 3, sum: 3, sumOfSquares: 3, sumOfSquaredErrors: 0 } };
    const [sound, moved] = [poolOf(exports)!, poolOf([...exports.slice(1), wild])!];
    const shift = Math.abs(moved.effects.errors!.mean - sound.effects.errors!.mean);
    expect(shift).toBeGreaterThan(0);
    expect(shift).toBeLessThan(0.2 * 2);
  });

  it('is not asked unless the server is told to', async () => {
    const off = startPriorPool(storage, { isOn: false, without: [] }, () => {});
    expect(off.level()).toBeUndefined();
    await off.stop();
    const on = startPriorPool(storage, { isOn: true, without: [] }, () => {});
    await on.stop();
    expect(on.level()?.effects.errors?.rollouts).toBe(30);
  });
});
