import { describe, expect, it } from 'vitest';
import { shippedModels, type VectorParity } from '../../controller/index.ts';
import type { DecisionLog, LearningStorage, ListedDecision, Scope } from '../../domain/index.ts';
import { CHECK_PARITY, parityHandler } from '../../server/training/check-parity.ts';
import { aScope } from '../storage/builders.ts';
import { ownStorage } from './own-storage.ts';
import { playedRollout } from './played-rollout.ts';

const storage = await ownStorage();

/** Does the job once; resolves to what it told, and how it ended. */
async function check(scope: Scope, decisions: DecisionLog = storage.decisions) {
  const told: VectorParity[] = [];
  const parts: LearningStorage = Object.assign(Object.create(storage) as LearningStorage, { decisions });
  const handler = parityHandler({
    storage: parts,
    clock: { nowMs: () => Date.now() },
    onChecked: (_, parity) => told.push(parity),
  });
  const job = { id: 'parity', name: CHECK_PARITY, data: { ...scope }, attempt: 1, report: async () => {} };
  const ended = await handler({ ...job, signal: new AbortController().signal }).catch((error: Error) => error.message);
  return { told, ended };
}

/** A log in which one recorded input is off by so much. */
function offBy(error: number): DecisionLog {
  const spoilt = (record: ListedDecision, index: number): ListedDecision => {
    const assessment = structuredClone(record.assessment) as { learned: { vector: number[] | null }[] };
    const vector = assessment.learned[0]?.vector;
    if (index === 2 && vector) vector[0]! += error;
    return { ...record, assessment };
  };
  const { decisions } = storage;
  return Object.assign(Object.create(decisions) as DecisionLog, {
    list: async (...asked: Parameters<DecisionLog['list']>) => (await decisions.list(...asked)).map(spoilt),
  });
}

describe('the check of recorded model inputs', () => {
  it('makes them anew from the recorded windows and finds them the same, and complains of one that is not', async () => {
    const scope = await aScope(storage);
    await playedRollout(storage, scope, { riskModel: 'hold', models: shippedModels() });
    const sound = await check(scope);
    expect(sound.ended).toEqual({ compared: sound.told[0]!.compared });
    expect(sound.told[0]).toMatchObject({ largestDifference: 0, worstDecisionId: null });
    expect(sound.told[0]!.compared).toBeGreaterThan(5);

    const broken = await check(scope, offBy(1e-6));
    expect(broken.ended).toMatch(/^model inputs made anew differ by/);
    expect(broken.told[0]!.largestDifference).toBeCloseTo(1e-6, 9);
    expect(broken.ended).toContain(broken.told[0]!.worstDecisionId);
    // The order of a sum is no fault.
    expect((await check(scope, offBy(1e-12))).ended).toEqual(sound.ended);
  });

  it('finds nothing to compare in rollouts that no model was asked about', async () => {
    const scope = await aScope(storage);
    await playedRollout(storage, scope, { riskModel: 'off', models: shippedModels() });
    expect(await check(scope)).toMatchObject({ ended: { compared: 0 } });
  });
});
