import { describe, expect, it } from 'vitest';
import type { JsonValue, Rollout, RolloutDefinition, Scope } from '../../domain/index.ts';
import { labelLater } from '../../server/training/label-later.ts';
import { aDecisionRecord, aRunningRollout, aScope, COMPLETE, ROLL_BACK } from '../storage/builders.ts';
import { ownStorage } from './own-storage.ts';

const storage = await ownStorage();

const HOUR_MS = 3_600_000;
const later = (scope: Scope, aheadMs = 0) => labelLater(storage, { nowMs: () => Date.now() + aheadMs }, scope);
const labelsOf = (scope: Scope, rollout: string) => storage.labels.list(scope, { limit: 10, rollout });

async function aCompletedRollout(scope: Scope, rollout: string, changes: Partial<RolloutDefinition> = {}) {
  const started = await aRunningRollout(storage, scope, { rollout, salt: rollout, ...changes });
  await storage.rollouts.moveRollout(scope, rollout, COMPLETE);
  return started;
}

/** Everybody had it for so many hours, and then this is what errors were against the holdback. */
async function heldBack(
  scope: Scope,
  { definition, state }: Rollout,
  { hours, effect }: { hours: number; effect: { lower: number; upper: number } },
): Promise<void> {
  const { rollout } = definition;
  const endedAtMs = Date.now();
  const guardrails = definition.metrics.flatMap(({ metric, role }) =>
    role === 'guardrail' ? [{ metric, effect }] : [],
  );
  const assessment: JsonValue = { treatments: [{ treatment: 'on', guardrails }] };
  const records = [
    { decidedAtMs: endedAtMs - hours * HOUR_MS, windowEndMs: 10_000 },
    { decidedAtMs: endedAtMs, windowEndMs: 20_000 },
  ];
  let { revision } = state;
  for (const [index, times] of records.entries()) {
    const decisionId = `${rollout}-${index}`;
    const decision = { action: 'hold', coverage: 95_000, reasons: [] } as const;
    await storage.decisions.append(scope, aDecisionRecord({ rollout, decisionId, decision, assessment, ...times }));
    const applied = await storage.rollouts.applyDecision({
      scope,
      rollout,
      generation: 1,
      revision,
      windowEndMs: times.windowEndMs,
      decisionId,
      action: 'hold',
      coverage: 95_000,
      evidence: {},
      deadlineMs: Date.now() + HOUR_MS,
      reason: 'because',
    });
    expect(applied).toBe(true);
    revision = (await storage.rollouts.readRollout(scope, rollout))!.state.revision;
  }
}

describe('what came to be known later', () => {
  it('is that people took a completed change back, once', async () => {
    const scope = await aScope(storage);
    await aCompletedRollout(scope, 'undone');
    expect(await later(scope)).toBe(0);
    await storage.rollouts.moveRollout(scope, 'undone', ROLL_BACK);
    expect([await later(scope), await later(scope)]).toEqual([1, 0]);
    expect(await labelsOf(scope, 'undone')).toMatchObject([
      { verdict: 'regressed', source: 'laterEvidence', author: 'rule:later', confidence: 0.8 },
    ]);
  });

  it('is that another rollout began the other way round', async () => {
    const scope = await aScope(storage);
    await aCompletedRollout(scope, 'forth');
    const back = { control: 'on', treatments: [{ variant: 'off', split: 100_000 }] };
    await aRunningRollout(storage, scope, { rollout: 'back', salt: 'back', ...back });
    expect(await later(scope)).toBe(1);
    expect(await labelsOf(scope, 'forth')).toMatchObject([{ verdict: 'regressed', confidence: 0.6 }]);
    expect(await labelsOf(scope, 'back')).toEqual([]);
  });

  it.each([
    ['inside all margins for a day', 25, { lower: 0.9, upper: 1.1 }, ['healthy']],
    ['beyond one of them', 25, { lower: 1.4, upper: 1.9 }, ['regressed']],
    ['too wide to tell', 25, { lower: 0.5, upper: 1.9 }, []],
    ['inside, but not for a day', 20, { lower: 0.9, upper: 1.1 }, []],
  ])('is what the holdback says: %s', async (_, hours, effect, verdicts) => {
    const scope = await aScope(storage);
    const rollout = await aRunningRollout(storage, scope);
    await heldBack(scope, rollout, { hours, effect });
    await storage.rollouts.moveRollout(scope, 'new-checkout', COMPLETE);
    expect(await later(scope)).toBe(verdicts.length);
    expect((await labelsOf(scope, 'new-checkout')).map(({ verdict }) => verdict)).toEqual(verdicts);
  });

  it('is nothing of a change that was completed a month ago', async () => {
    const scope = await aScope(storage);
    await aCompletedRollout(scope, 'old');
    await storage.rollouts.moveRollout(scope, 'old', ROLL_BACK);
    expect(await later(scope, 30 * 24 * HOUR_MS)).toBe(0);
  });
});
