import { describe, expect, it } from 'vitest';
import {
  bandThreshold,
  calibrateRiskModel,
  checkRiskArtefact,
  explainRisk,
  type RiskCalibrationRun,
  runMaximum,
  scoreRisk,
  sigmoid,
} from '../../../models/index.ts';
import { seededDraws } from '../seeded-draws.ts';
import { aRiskModel, at, aVector, logistic, schema } from './a-risk-model.ts';

const withLatency = { hasLatency: 1 };

describe('a risk score', () => {
  it('is the mean logit of the ensemble, with the spread of its probabilities', () => {
    const model = aRiskModel([logistic(0, { 'errors.z': 1 }), logistic(-1, { 'errors.z': 2 })]);
    const score = scoreRisk(model, aVector({ 'errors.z': 0.5 }))!;
    expect(score.logit).toBeCloseTo(0.25, 15);
    expect(score.sd).toBeCloseTo((sigmoid(0.5) - sigmoid(0)) / 2, 15);
    expect(score).toMatchObject({ isUncertain: false, sharedIncident: null, dataFault: null, harmTypes: {} });
  });

  it('is uncertain where the members disagree', () => {
    const model = aRiskModel([logistic(0, { 'errors.z': 1 }), logistic(0, { 'errors.z': -1 })]);
    expect(scoreRisk(model, aVector({ 'errors.z': 5 }))!.isUncertain).toBe(true);
    expect(scoreRisk(model, aVector({ 'errors.z': 1 }))!.isUncertain).toBe(false);
  });

  it('is standardised, and made a probability at the prior in use', () => {
    const model = aRiskModel([logistic(0, { 'errors.z': 1 })], {
      standardisation: { mean: schema.features.map(() => 1), sd: schema.features.map(() => 2) },
      scaling: { slope: 2, intercept: 0.5, shift: -1 },
    });
    const score = scoreRisk(model, aVector({ 'errors.z': 4 }))!;
    expect(score.logit).toBeCloseTo(1.5, 15);
    expect(score.probability).toBeCloseTo(sigmoid(2.5), 15);
  });

  it('does not exist for NaN, for what is out of range, and for another schema', () => {
    const model = aRiskModel([logistic(0, { 'errors.z': 1 })]);
    for (const z of [Number.NaN, Number.POSITIVE_INFINITY, 15.1, -8.1])
      expect(scoreRisk(model, aVector({ 'errors.z': z }))).toBeNull();
    expect(scoreRisk(model, aVector({ 'errors.z': 15 }))).not.toBeNull();
    expect(scoreRisk({ ...model, schema: { name: 'risk', version: 9, hash: '' } }, aVector({}))).toBeNull();
  });
});

describe('an explanation', () => {
  const model = aRiskModel(
    [logistic(-1, { 'errors.z': 0.2, 'slow.z': 0.5, 'slow.effect': 1, sharedShock: -3, traffic: 0.1 })],
    {
      benignMean: schema.features.map(({ name }) => (name === 'traffic' ? 8 : name === 'hasLatency' ? 1 : 0)),
    },
  );
  const vector = aVector({
    ...withLatency,
    'errors.z': 3,
    'slow.z': 6.1,
    'slow.effect': Math.log1p(1.3),
    traffic: 9,
    sharedShock: 0.1,
  });

  it('takes one group after the other out, and names the three that raise the score most with their numbers', () => {
    const explanation = explainRisk(model, vector, 4)!;
    const { contributions, logit, threshold } = explanation;
    expect([logit, threshold]).toEqual([scoreRisk(model, vector)!.logit, 4]);
    expect(contributions.map(({ group }) => group)).toEqual(['slow', 'errors', 'traffic']);
    expect(contributions[0]!.drop).toBeCloseTo(0.5 * 6.1 + Math.log1p(1.3), 12);
    expect(contributions[1]!.drop).toBeCloseTo(0.6, 12);
    expect(contributions[2]!.drop).toBeCloseTo(0.1, 12);
    expect(contributions[0]!.words).toBe('slow requests 2.3 × control, z = 6.1, +3.9 of the score 4.1');
    expect(contributions[2]!.words).toContain('traffic 9.00');
    expect(explanation.largestZ).toEqual({ group: 'slow', z: 6.1 });
    expect(explanation.likelyHarm).toBeNull();
  });

  it('never names what lowers the score, what is constant, or a mask', () => {
    const groups = explainRisk(model, vector, 4)!.contributions.map(({ group }) => group);
    expect(groups).not.toContain('sharedShock');
    const calm = explainRisk(model, aVector({ ...withLatency, traffic: 8 }), 4)!;
    expect(calm.contributions).toEqual([]);
    const onMask = aRiskModel([logistic(0, { hasLatency: 5 })]);
    expect(explainRisk(onMask, aVector(withLatency), 4)!.contributions).toEqual([]);
  });

  it('calls a business metric worse by its share, whatever its direction', () => {
    const business = aRiskModel([logistic(0, { 'business.z': 1 })]);
    const lost = aVector({ hasBusiness: 1, 'business.z': 4, 'business.effect': Math.log1p(0.052) });
    expect(explainRisk(business, lost, 4)!.contributions[0]!.words).toBe(
      'business metric 5.2 % worse than control, z = 4.0, +4.0 of the score 4.0',
    );
  });

  it('names the kind of harm that it resembles', () => {
    const inputs = schema.features.length;
    const base = logistic(0, { 'errors.z': 1 });
    const harmType = {
      kind: 'softmax' as const,
      layer: { inputs, outputs: 2, kernel: Array<number>(2 * inputs).fill(0), bias: [0, Math.log(3)] },
    };
    const typed = aRiskModel([{ ...base, heads: { ...base.heads, harmType } }], { harmTypes: ['errors', 'slow'] });
    const { likelyHarm } = explainRisk(typed, aVector({ 'errors.z': 1 }), 4)!;
    expect(likelyHarm!.type).toBe('slow');
    expect(likelyHarm!.probability).toBeCloseTo(0.75, 12);
  });

  it('does not exist without a score', () => {
    expect(explainRisk(model, aVector({ 'errors.z': Number.NaN }), 4)).toBeNull();
  });
});

describe('calibration of a risk model', () => {
  const draws = seededDraws(23);
  const aRun = (isHarmful: boolean): RiskCalibrationRun => ({
    band: 'medium',
    strata: Array.from({ length: 12 }, (_, stratum) => ({
      logit: stratum === 3 ? null : draws.normal() + (isHarmful && stratum > 5 ? 4 : -1),
      label: isHarmful && stratum > 5 ? 1 : 0,
    })),
  });
  const runs = Array.from({ length: 800 }, (_, index) => aRun(index % 2 === 0));
  const model = calibrateRiskModel(aRiskModel([logistic(0, {})]), runs)!;

  it('takes one maximum from each benign run, and none from the others', () => {
    const benign = runs.filter((_, index) => index % 2 === 1);
    const maxima = benign.map(({ strata }) => runMaximum(strata.map(({ logit }) => logit))!);
    expect(model.calibration.bands.medium).toEqual([...maxima].sort((a, b) => a - b));
    expect(model.calibration.pooled).toHaveLength(400);
  });

  it('keeps false alarms of new benign runs where they were promised', () => {
    const threshold = bandThreshold(model.calibration, 'medium', 0.1);
    const fresh = Array.from({ length: 1000 }, () => aRun(false));
    const alarms = fresh.filter(({ strata }) => runMaximum(strata.map(({ logit }) => logit))! > threshold).length;
    // sd of the share: √(.09/1000 + .09/401) = .018; four of them.
    expect(Math.abs(alarms / 1000 - 0.1)).toBeLessThan(0.072);
  });

  it('shifts probabilities to a quarter of rollouts being harmful', () => {
    const strata = runs.flatMap(({ strata: ofRun }) => ofRun).filter(({ logit }) => logit !== null);
    const share = strata.filter(({ label }) => label === 1).length / strata.length;
    expect(model.scaling.shift).toBeCloseTo(Math.log(1 / 3) - Math.log(share / (1 - share)), 12);
    expect(model.scaling.slope).toBeGreaterThan(1);
  });

  it('needs runs of both kinds', () => {
    expect(calibrateRiskModel(model, [aRun(false)])).toBeUndefined();
  });
});

describe('a stored risk model', () => {
  const good = aRiskModel([logistic(0, { 'errors.z': 1 })]);
  const reasonOf = (json: unknown) => {
    const checked = checkRiskArtefact(json);
    return checked.kind === 'refused' ? checked.reason : 'usable';
  };

  it('is usable after a journey through JSON', () => {
    expect(reasonOf(JSON.parse(JSON.stringify(good)))).toBe('usable');
  });

  it.each<readonly [string, unknown, string]>([
    ['no object', 'model', 'not an object of the kind "risk"'],
    ['another kind', { ...good, kind: 'novelty' }, 'not an object of the kind "risk"'],
    ['no version', { ...good, version: '' }, 'no version'],
    ['unknown features', { ...good, schema: { ...good.schema, version: 99 } }, 'nobody here makes'],
    ['changed features', { ...good, schema: { ...good.schema, hash: '0'.repeat(16) } }, 'its features are not those'],
    [
      'a deviation of 0',
      { ...good, standardisation: { ...good.standardisation, sd: schema.features.map(() => 0) } },
      'not above 0',
    ],
    ['a mean too few', { ...good, benignMean: good.benignMean.slice(1) }, 'one finite number per feature'],
    ['no networks', { ...good, ensemble: [] }, 'no networks'],
    ['a wild coefficient', { ...good, ensemble: [logistic(Number.NaN, {})] }, 'not finite'],
    [
      'no head',
      { ...good, ensemble: [{ ...good.ensemble[0]!, heads: { other: good.ensemble[0]!.heads['harmful'] } }] },
      'no head "harmful"',
    ],
    ['harm types without their head', { ...good, harmTypes: ['errors'] }, 'no head "harmType"'],
    ['a harm type twice', { ...good, harmTypes: ['errors', 'errors'] }, 'twice'],
    ['a reversed scaling', { ...good, scaling: { slope: -1, intercept: 0, shift: 0 } }, 'turns the score round'],
    ['no scaling', { ...good, scaling: { slope: 1 } }, 'three finite numbers'],
    ['an unsorted table', { ...good, calibration: { ...good.calibration, pooled: [2, 1] } }, 'ascending'],
    ['no table', { ...good, calibration: null }, 'no calibration table'],
    ['no origin', { ...good, origin: {} }, 'where it was fitted'],
  ])('with %s is refused in words', (_, json, words) => {
    expect(reasonOf(json)).toContain(words);
    expect(reasonOf(json)).toMatch(/^Not a usable risk model: .*\.$/);
  });

  it('may not be a network with a head of another kind', () => {
    const [network] = good.ensemble;
    const heads = { harmful: { ...network!.heads['harmful'], kind: 'sigmoid' } };
    expect(reasonOf({ ...good, ensemble: [{ ...network, heads }] })).toContain('not of its kind');
  });

  it('has the features in the order in which the networks want them', () => {
    expect(at('errors.z')).toBe(0);
    expect(at('hasSegments')).toBe(41);
  });
});
