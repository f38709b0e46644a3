import { describe, expect, it } from 'vitest';
import { modelsInUse } from '../../controller/index.ts';
import type { JsonValue } from '../../domain/index.ts';
import type { ForecastArtefact } from '../../models/index.ts';
import { decisionModels } from '../../server/training/decision-models.ts';
import { readForecasterInUse } from '../../server/training/watch-models.ts';
import { aScope } from '../storage/builders.ts';
import { aModel } from '../storage/learning-builders.ts';
import { ownStorage } from './own-storage.ts';

const storage = await ownStorage();

const FORECASTER: ForecastArtefact = {
  kind: 'forecast',
  version: 'by hand',
  predictor: { kind: 'level', spreads: [{ untilAhead: 60, lower: -2, upper: 2 }] },
  watch: { phi: 0, calibration: [0, 1], logThreshold: 3 },
  origin: { backend: 'none', seed: 0, rowCount: 1, runCount: 1, harmfulShare: 0 },
};

/** What decisions of an environment may ask whose champion this is. */
async function modelsWith(artefact: object) {
  const scope = await aScope(storage);
  const model = aModel({ environment: scope.environment, kind: 'forecast', artefact: artefact as JsonValue });
  await storage.models.register(scope.tenant, model, 'for testing');
  await storage.models.promote(scope, model.modelId, { actor: 'tester', reason: 'for testing', ifRevision: 0 });
  const inUse = await readForecasterInUse(storage, scope);
  return { modelId: model.modelId, inUse, models: decisionModels({ risk: undefined, forecast: inUse }) };
}

describe('the forecaster of an environment', () => {
  it('is asked where one is champion, and named in what was observed', async () => {
    const { modelId, models } = await modelsWith(FORECASTER);
    expect(models.forecast).toMatchObject({ id: modelId, artefact: FORECASTER });
    expect(modelsInUse(models).forecast).toMatchObject({ id: modelId, hash: models.forecast!.hash });
  });

  it('is none, and said to be stepped over, where the champion cannot be served', async () => {
    const { inUse, models } = await modelsWith({ ...FORECASTER, predictor: { kind: 'oracle' } });
    expect(inUse).toMatchObject({ kind: 'guardrailsOnly', steppedOver: [expect.stringContaining('no known kind')] });
    expect([models.forecast, models.risk === null]).toEqual([undefined, false]);
  });

  it('is none where there never was one: nothing is shipped, and records are as they were', async () => {
    expect(modelsInUse(decisionModels({ risk: undefined }))).not.toHaveProperty('forecast');
  });
});
