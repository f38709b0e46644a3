import { describe, expect, it } from 'vitest';
import { shippedBaseline, shippedModels } from '../../controller/index.ts';
import { bandThreshold, coefficientCount, type RiskModelArtefact, TRAFFIC_BANDS } from '../../models/index.ts';

const { risk, novelty, alpha } = shippedModels();

describe('the models that are shipped', () => {
  it('can be served by this build, and are known by the hash of their file', () => {
    expect(risk?.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(novelty?.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(risk?.artefact.ensemble).toHaveLength(5);
    expect(shippedModels().risk).toBe(risk);
  });

  it('are calibrated: each band has a threshold, those of the baselines too', () => {
    const thresholds = (artefact: Pick<RiskModelArtefact, 'calibration'>) =>
      TRAFFIC_BANDS.map((band) => bandThreshold(artefact.calibration, band, alpha));
    const all = [risk, novelty, shippedBaseline('one-seed'), shippedBaseline('logistic')];
    for (const model of all) expect(thresholds(model!.artefact).every(Number.isFinite)).toBe(true);
  });

  it('are what the baselines take away from: one network of the five, and none', () => {
    const [one] = shippedBaseline('one-seed')!.artefact.ensemble;
    expect(risk!.artefact.ensemble[0]).toEqual(one);
    const [line] = shippedBaseline('logistic')!.artefact.ensemble;
    expect(coefficientCount(line!)).toBe(risk!.artefact.standardisation.mean.length + 1);
  });
});
