import { describe, expect, it } from 'vitest';
import { type DecisionModels, NO_MODELS, shippedModels } from '../../controller/index.ts';
import type { ForecastArtefact } from '../../models/index.ts';
import { modelReviewOf } from '../../server/training/model-review-of.ts';
import { reviewChampion } from '../../server/training/review-champion.ts';
import type { ReviewedKind } from '../../training/watch/index.ts';
import { aNoveltyModel } from '../controller/decide/learned/some-models.ts';
import { aScope } from '../storage/builders.ts';
import { aModel, FOR_TESTING } from '../storage/learning-builders.ts';
import { ownStorage } from './own-storage.ts';
import { storeWorld } from './stored-world.ts';

const storage = await ownStorage();
const clock = { nowMs: () => Date.now() + 60_000 };
const HEALTHY = { rollouts: 6, minutes: 12, seed: 1, isHarmful: () => false, isNow: true };

/** Puts a champion into use, lets the real `decide` ask what stands for it in six healthy rollouts, and looks at it. */
async function reviewed(kind: ReviewedKind, served: object, world: Partial<Parameters<typeof storeWorld>[2]>) {
  const scope = await aScope(storage);
  const model = aModel({ environment: scope.environment, kind });
  await storage.models.register(scope.tenant, model, 'for testing');
  await storage.models.promote(scope, model.modelId, FOR_TESTING);
  const models = { ...NO_MODELS, [kind]: { ...served, id: model.modelId } } as DecisionModels;
  await storeWorld(storage, scope, {
    ...HEALTHY,
    models,
    ...world,
  });
  const review = await reviewChampion(storage, clock, scope, kind);
  return { scope, review: review!, champion: await storage.models.readChampion(scope, kind), modelId: model.modelId };
}

describe('a novelty model in use', () => {
  const asked = { plan: { riskModel: 'hold' as const } };

  it('stays where it calls no healthy rollout novel', async () => {
    const { review, champion, modelId } = await reviewed('novelty', aNoveltyModel(1e6), asked);
    expect(review.signs).toMatchObject({ rollouts: 6, benign: { runs: 6, alarms: 0 }, nominalAlarmRate: 0.01 });
    expect({ demotedFor: review.demotedFor, champion: champion?.modelId }).toEqual({
      demotedFor: [],
      champion: modelId,
    });
  });

  it('is taken back where it calls far more of them novel than it promises', async () => {
    const { scope, review, champion } = await reviewed('novelty', aNoveltyModel(0), asked);
    const words = 'It called 6 of 6 benign rollouts novel, at a nominal share of 0.01.';
    expect(review.demotedFor).toEqual([words]);
    expect(champion).toBeUndefined();
    const [move] = await storage.models.listMoves(scope, 'novelty', 1);
    expect(move).toMatchObject({ verb: 'demote', actor: 'watch', reason: words });
    expect(modelReviewOf('novelty', review)).toMatchObject({ wasTakenBack: true, byBand: [], calibration: null });
  });

  it('is taken back where it gives no scores', async () => {
    const sound = aNoveltyModel(1e6);
    const components = sound.artefact.reconstruction.kind === 'components' ? [sound.artefact.reconstruction] : [];
    const broken = components.map((one) => ({
      ...one,
      components: one.components.map((row) => row.map(() => Number.POSITIVE_INFINITY)),
    }));
    const served = { ...sound, artefact: { ...sound.artefact, reconstruction: broken[0]! } };
    const { review } = await reviewed('novelty', served, asked);
    expect(review.demotedFor).toEqual([expect.stringMatching(/^\d+ of its scores were no finite numbers\.$/)]);
  });

  it('that is shipped is looked at by its last month, and only people move it', async () => {
    const scope = await aScope(storage);
    const shipped = shippedModels().novelty!;
    const models = { ...NO_MODELS, novelty: { ...aNoveltyModel(0), id: shipped.id } };
    await storeWorld(storage, scope, {
      ...HEALTHY,
      models,
      ...asked,
    });
    expect(await reviewChampion(storage, clock, scope, 'novelty')).toMatchObject({
      modelId: shipped.id,
      against: [expect.stringContaining('It called 6 of 6 benign rollouts novel')],
      demotedFor: [],
    });
  });
});

describe('a forecaster in use', () => {
  const withoutControl = { minutes: 74, plan: { holdback: 0 }, full: { fromMinute: 61, factor: 1 } };

  const served = (logThreshold: number, upper = 2) => {
    const artefact: ForecastArtefact = {
      kind: 'forecast',
      version: 'by hand',
      predictor: { kind: 'level', spreads: [{ untilAhead: 60, lower: -2, upper }] },
      watch: { phi: 0, calibration: [0, 1], logThreshold },
      origin: { backend: 'none', seed: 0, rowCount: 1, runCount: 1, harmfulShare: 0 },
    };
    return { hash: 'abc', fittedAtMs: null, artefact };
  };

  it('stays where it finds nothing unusual in healthy rollouts', async () => {
    const { review } = await reviewed('forecast', served(50), withoutControl);
    expect(review.signs).toMatchObject({ rollouts: 6, benign: { runs: 6, alarms: 0 }, nominalAlarmRate: 0.02 });
    expect(review.demotedFor).toEqual([]);
  });

  it('is taken back where far more undisturbed hours pass its threshold than it promises', async () => {
    const { review, champion } = await reviewed('forecast', served(-1), withoutControl);
    expect(review.demotedFor).toEqual([
      'It found rates of 6 of 6 benign rollouts unusual, at a nominal share of 0.02.',
    ]);
    expect(champion).toBeUndefined();
  });

  it('is taken back where what it expects is no number', async () => {
    const { review } = await reviewed('forecast', served(50, Number.NaN), withoutControl);
    expect(review.demotedFor).toEqual([expect.stringContaining('no finite numbers')]);
  });

  it('is none where nobody has trained one', async () => {
    expect(await reviewChampion(storage, clock, await aScope(storage), 'forecast')).toBeUndefined();
  });
});
