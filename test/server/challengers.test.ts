import { describe, expect, it } from 'vitest';
import { shippedModels } from '../../controller/index.ts';
import type { JsonObject, Scope } from '../../domain/index.ts';
import { stabilityReference } from '../../models/index.ts';
import { readChallengers } from '../../server/training/challengers.ts';
import { isCanaryRollout, modelsOfRollout } from '../../server/training/decision-models.ts';
import { readStanding } from '../../server/training/model-standing.ts';
import { moveToCanary } from '../../server/training/move-to-canary.ts';
import { reviewChallengers } from '../../server/training/review-challengers.ts';
import { aDecisionRecord, aRunningRollout, aScope, BY_TESTER, COMPLETE, ROLL_BACK } from '../storage/builders.ts';
import { aLabel, aModel } from '../storage/learning-builders.ts';
import { ownStorage } from './own-storage.ts';

const storage = await ownStorage();

const DAY_MS = 86_400_000;
const CLOCK = { nowMs: () => Date.now() + 60_000 };
const WHY = { actor: 'tester', reason: 'for testing' };

/** What a training run knows of a model that stands well. */
const GOOD = {
  schemaHash: 's',
  knownSchemaHash: 's',
  parityError: 0,
  artefactFault: null,
  artefactBytes: 1,
  inferenceMs: 0.1,
  replayFailures: 0,
  averagePrecision: { value: 0.9, lower: 0.8, upper: 1 },
  championAveragePrecision: null,
  falseRollback: { value: 0, lower: 0, upper: 0.01 },
  calibrationError: 0.01,
  calibrationRuns: { found: 100, needed: 49 },
  bandGap: null,
  segmentGap: null,
  benchmarkCost: null,
  shadow: null,
  canary: null,
};

const SCORES = Array.from({ length: 400 }, (_, n) => (n % 40) / 10);

async function aChallenger(scope: Scope, changes: JsonObject = {}): Promise<string> {
  const artefact = shippedModels().risk!.artefact as unknown as JsonObject;
  const metrics = { gate: GOOD, scores: stabilityReference(SCORES), ...changes } as unknown as JsonObject;
  const model = aModel({ environment: scope.environment, artefact, metrics });
  await storage.models.register(scope.tenant, model, 'for testing');
  await storage.models.setState(scope, model.modelId, 'shadow', 'for testing');
  return model.modelId;
}

/** Eight days of scores in sixty rollouts. */
async function scoreMuch(scope: Scope, modelId: string, shift = 0): Promise<void> {
  await storage.shadowScores.append(
    scope,
    SCORES.map((score, n) => ({
      rollout: `rollout-${n % 60}`,
      generation: 1,
      windowEndMs: Math.round(Date.now() - 8 * DAY_MS + (n / (SCORES.length - 1)) * 8 * DAY_MS),
      modelId,
      score: score + shift,
      threshold: 3,
      action: n % 4 === 0 ? 'hold' : 'ramp',
    })),
  );
}

/** Rollouts that were rolled back by automation or completed, with what people say became of them. */
async function endRollouts(
  scope: Scope,
  names: readonly string[],
  { isRolledBack, verdict }: { isRolledBack: boolean; verdict: 'healthy' | 'regressed' },
): Promise<void> {
  for (const rollout of names) {
    const { state } = await aRunningRollout(storage, scope, { rollout, salt: rollout });
    const decision = isRolledBack
      ? ({ action: 'rollback', coverage: 0, reasons: [{ code: 'guardrailBreach', message: 'worse' }] } as const)
      : ({ action: 'complete', coverage: 100_000, reasons: [] } as const);
    const decisionId = `decision-${rollout}`;
    const record = aDecisionRecord({ rollout, decisionId, decision, decidedAtMs: state.startedAtMs! + DAY_MS / 24 });
    await storage.decisions.append(scope, record);
    const { action, coverage } = decision;
    const [reason, deadlineMs] = ['because', CLOCK.nowMs() + DAY_MS];
    const { generation, revision } = state;
    const evidence = { seen: 1 };
    const { windowEndMs } = record;
    await storage.rollouts.applyDecision({
      ...{
        scope,
        rollout,
        generation,
        revision,
        windowEndMs,
        decisionId,
        action,
        coverage,
        evidence,
        deadlineMs,
        reason,
      },
    });
    await storage.rollouts.moveRollout(scope, rollout, isRolledBack ? ROLL_BACK : COMPLETE);
    await storage.labels.append(scope, aLabel({ rollout, verdict }));
  }
}

/** Names of rollouts that fall to a model, or to the champion. */
function namesOf(modelId: string, isGiven: boolean, count: number): readonly string[] {
  const names: string[] = [];
  for (let n = 0; names.length < count; n += 1)
    if (isCanaryRollout(modelId, `rollout-${n}`) === isGiven) names.push(`rollout-${n}`);
  return names;
}

describe('a challenger on its way into use', () => {
  it('goes from the shadow to the canary by itself once it has scored for long enough', async () => {
    const scope = await aScope(storage);
    const modelId = await aChallenger(scope);
    expect(await reviewChallengers(storage, CLOCK, scope, 'risk')).toEqual([{ modelId }]);
    await scoreMuch(scope, modelId);
    const { shadow } = await readStanding(storage, scope, (await storage.models.read(scope, modelId))!, CLOCK.nowMs());
    expect(shadow).toMatchObject({ rollouts: 60, scores: 400, actions: { hold: 100, ramp: 300 } });
    expect(shadow!.days).toBeCloseTo(8);
    expect(shadow!.scoreStability).toBeLessThan(0.01);
    expect(await reviewChallengers(storage, CLOCK, scope, 'risk')).toMatchObject([
      { modelId, moved: { to: 'canary' } },
    ]);
    expect(await storage.models.read(scope, modelId)).toMatchObject({ state: 'canary' });
  });

  it('stays in the shadow when its scores are not those of its training, or nobody knows what those were', async () => {
    const scope = await aScope(storage);
    const [shifted, unknown] = [await aChallenger(scope), await aChallenger(scope, { scores: null as never })];
    await scoreMuch(scope, shifted, 2);
    await scoreMuch(scope, unknown);
    const reviews = await reviewChallengers(storage, CLOCK, scope, 'risk');
    expect(reviews.every(({ moved }) => moved === undefined)).toBe(true);
  });

  it('decides the tenth of the rollouts that is given to it, and no other; there is one at a time', async () => {
    const scope = await aScope(storage);
    const [first, second] = [await aChallenger(scope), await aChallenger(scope)];
    await moveToCanary(storage, scope, first, WHY);
    await expect(moveToCanary(storage, scope, second, WHY)).rejects.toMatchObject({ code: 'wrongModelState' });
    const challengers = await readChallengers(storage, scope, []);
    const shipped = shippedModels();
    const askedFor = (name: string) => modelsOfRollout(shipped, challengers, name).risk?.id;
    expect(namesOf(first, true, 3).map(askedFor)).toEqual([first, first, first]);
    expect(namesOf(first, false, 3).map(askedFor)).toEqual(Array(3).fill(shipped.risk!.id));
    await storage.models.setState(scope, first, 'retired', 'enough');
    await moveToCanary(storage, scope, second, WHY);
  });

  it('is retired by itself when its rollouts are taken back falsely and those of the champion are not', async () => {
    const scope = await aScope(storage);
    const modelId = await aChallenger(scope);
    await moveToCanary(storage, scope, modelId, WHY);
    await endRollouts(scope, namesOf(modelId, false, 3), { isRolledBack: false, verdict: 'healthy' });
    await endRollouts(scope, namesOf(modelId, true, 2), { isRolledBack: true, verdict: 'healthy' });
    const { canary } = await readStanding(storage, scope, (await storage.models.read(scope, modelId))!, CLOCK.nowMs());
    expect(canary).toMatchObject({ rollouts: { challenger: 2, champion: 3 }, isWorse: false });
    expect(canary!.logFalseRollbacks).toBeGreaterThan(0);
    // An hour to everybody costs 4, a false rollback 28.
    expect(canary!.cost!.difference).toBeCloseTo((2 * (28 / 0.1) - (3 * 4) / 0.9) / 5);
    await endRollouts(scope, namesOf(modelId, true, 5).slice(2), { isRolledBack: true, verdict: 'healthy' });
    expect(await reviewChallengers(storage, CLOCK, scope, 'risk')).toMatchObject([
      { modelId, moved: { to: 'retired' } },
    ]);
  });

  it('counts what it missed, and nothing of rollouts that nobody has judged', async () => {
    const scope = await aScope(storage);
    const modelId = await aChallenger(scope);
    await moveToCanary(storage, scope, modelId, WHY);
    await endRollouts(scope, namesOf(modelId, true, 1), { isRolledBack: false, verdict: 'regressed' });
    const [name] = namesOf(modelId, true, 2).slice(1);
    await aRunningRollout(storage, scope, { rollout: name!, salt: 'other' });
    await storage.rollouts.moveRollout(scope, name!, {
      ...BY_TESTER,
      verb: 'rollback',
      fromPhases: ['running'],
      phase: 'rolledBack',
      coverage: 0,
    });
    const { canary } = await readStanding(storage, scope, (await storage.models.read(scope, modelId))!, CLOCK.nowMs());
    expect(canary).toMatchObject({ rollouts: { challenger: 1, champion: 0 }, cost: null });
    expect(canary!.logMisses).toBeGreaterThan(0);
  });
});
