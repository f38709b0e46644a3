import { describe, expect, it } from 'vitest';
import type { DecisionModels } from '../../controller/index.ts';
import type { JsonValue, Scope } from '../../domain/index.ts';
import { decisionModels } from '../../server/training/decision-models.ts';
import { openInferenceWatch, type SlowChampion } from '../../server/training/inference-watch.ts';
import { readModelInUse } from '../../server/training/watch-models.ts';
import { always, served } from '../controller/decide/learned/some-models.ts';
import { aScope } from '../storage/builders.ts';
import { aModel } from '../storage/learning-builders.ts';
import { ownStorage } from './own-storage.ts';
import { playedRollout } from './played-rollout.ts';

const storage = await ownStorage();

/** A champion whose scores take `ms`, beside a shipped model that takes `yardstickMs`, in a rollout that it is asked about. */
async function played({ ms, yardstickMs, forAll }: { ms: number; yardstickMs: number; forAll?: true }) {
  const scope: Scope = await aScope(storage);
  const environment = forAll ? null : scope.environment;
  const model = aModel({ environment, artefact: served(always(-2)).artefact as unknown as JsonValue });
  await storage.models.register(scope.tenant, model, 'for testing');
  await storage.models.promote(scope, model.modelId, { actor: 'tester', reason: 'for testing', ifRevision: 0 });
  const inUse = await readModelInUse(storage, scope);
  const slow: SlowChampion[] = [];
  const errors: unknown[] = [];
  const looks = [0, ms, 0, yardstickMs];
  let look = 0;
  const watch = openInferenceWatch({
    storage,
    modelInUse: () => inUse,
    stopwatchMs: () => looks[look++ % looks.length]!,
    onSlow: (_, found) => slow.push(found),
    onError: (error) => errors.push(error),
  });
  const models: DecisionModels = { ...decisionModels({ risk: inUse }), novelty: null };
  await playedRollout(storage, scope, {
    riskModel: 'hold',
    models,
    onPass: async (pass) => watch.offer(scope, pass),
  });
  await watch.idle();
  expect(errors).toEqual([]);
  expect(look).toBeGreaterThan(3 * looks.length);
  const [move] = await storage.models.listMoves(scope, 'risk', 1);
  return { modelId: model.modelId, slow, champion: await storage.models.readChampion(scope, 'risk'), move };
}

describe('a champion in use', () => {
  it('stays while its scores are in time', async () => {
    const { modelId, slow, champion } = await played({ ms: 50, yardstickMs: 1 });
    expect([slow, champion?.modelId]).toEqual([[], modelId]);
  });

  it('is taken back when three scores in a row are late, once, with the reason in its history', async () => {
    const { modelId, slow, champion, move } = await played({ ms: 51, yardstickMs: 1 });
    const reasons = ['Its last 3 of 3 scores took more than 50 ms each.'];
    expect(slow).toEqual([{ modelId, reasons, wasTakenBack: true }]);
    expect(champion).toBeUndefined();
    expect(move).toMatchObject({ actor: 'watch', reason: reasons[0] });
  });

  it('stays in a process that is late with the shipped model too', async () => {
    const { slow, champion, modelId } = await played({ ms: 400, yardstickMs: 300 });
    expect([slow, champion?.modelId]).toEqual([[], modelId]);
  });

  it('is only told of where it is the model of all environments', async () => {
    const { slow, champion, modelId } = await played({ ms: 51, yardstickMs: 1, forAll: true });
    expect(slow.every(({ wasTakenBack }) => !wasTakenBack)).toBe(true);
    expect([slow.length > 0, champion?.modelId]).toEqual([true, modelId]);
  });
});
