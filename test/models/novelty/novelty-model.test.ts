import { describe, expect, it } from 'vitest';
import {
  addScore,
  calibrateNoveltyModel,
  checkNoveltyArtefact,
  judgeNovelty,
  NO_CALIBRATION,
  NO_SCORES,
  type NoveltyModelArtefact,
  scoreNovelty,
} from '../../../models/index.ts';
import { at, aVector, schema } from '../risk/a-risk-model.ts';

const direction = (name: string) => schema.features.map((_, index) => (index === at(name) ? 1 : 0));

/** A model that remembers two features and nothing else. */
const model: NoveltyModelArtefact = {
  kind: 'novelty',
  version: 'by hand',
  schema: { name: schema.name, version: schema.version, hash: schema.hash },
  standardisation: { mean: schema.features.map(() => 0), sd: schema.features.map(() => 1) },
  reconstruction: { kind: 'components', components: [direction('errors.z'), direction('traffic')] },
  calibration: NO_CALIBRATION,
  origin: { backend: 'none', seed: 0, rowCount: 1, runCount: 1, harmfulShare: 0 },
};

const scoresOf = (scores: readonly number[]) =>
  scores.reduce((state, score) => addScore(state, score).state, NO_SCORES);

describe('a novelty score', () => {
  it('is the mean square of what the model cannot remember, over the features that are known', () => {
    // Ten features of the latency metric, seven of business and seven of segments are masked.
    const known = schema.features.length - 24;
    expect(scoreNovelty(model, aVector({ 'errors.z': 3, traffic: 8 }))).toBe(0);
    expect(scoreNovelty(model, aVector({ 'errors.z': 3, sharedShock: 2, sampleRatio: -1 }))).toBeCloseTo(5 / known, 12);
  });

  it('does not hold a masked metric against a rollout', () => {
    expect(scoreNovelty(model, aVector({ 'slow.z': 9 }))).toBe(0);
    expect(scoreNovelty(model, aVector({ 'slow.z': 9, hasLatency: 1 }))).toBeCloseTo(
      82 / (schema.features.length - 14),
      12,
    );
  });
});

describe('novelty', () => {
  const runs = Array.from({ length: 99 }, (_, index) => ({
    band: 'medium' as const,
    scores: Array<number>(6).fill(index + 1),
  }));
  const calibrated = calibrateNoveltyModel(model, [...runs, { band: 'medium', scores: [1e9] }]);

  it('is told once per run, by its largest smoothed score', () => {
    expect(calibrated.calibration.pooled).toHaveLength(99);
    const usual = judgeNovelty(calibrated, scoresOf([50, 50, 50, 50, 50, 1e6]), 'medium');
    expect(usual).toEqual({ isNovel: false, pValue: 51 / 100, threshold: 99 });
    const unusual = judgeNovelty(calibrated, scoresOf([50, 50, 50, 50, 100, 100, 100, 0]), 'medium');
    expect(unusual).toEqual({ isNovel: true, pValue: 1 / 100, threshold: 99 });
  });

  it('is not claimed before there is a score, or without calibration', () => {
    expect(judgeNovelty(calibrated, NO_SCORES, 'medium')).toMatchObject({ isNovel: false, pValue: 1 });
    const wild = scoresOf(Array<number>(9).fill(1e9));
    expect(judgeNovelty(model, wild, 'medium')).toMatchObject({ isNovel: false, threshold: Number.POSITIVE_INFINITY });
  });
});

describe('a stored novelty model', () => {
  const reasonOf = (json: unknown) => {
    const checked = checkNoveltyArtefact(json);
    return checked.kind === 'refused' ? checked.reason : 'usable';
  };
  const withReconstruction = (reconstruction: unknown) => ({ ...model, reconstruction });
  const width = schema.features.length;
  const narrow = { inputs: width, outputs: 3, kernel: Array<number>(3 * width).fill(0), bias: [0, 0, 0] };

  it('is usable after a journey through JSON', () => {
    expect(reasonOf(JSON.parse(JSON.stringify(model)))).toBe('usable');
  });

  it.each<readonly [string, unknown, string]>([
    ['another kind', { ...model, kind: 'risk' }, 'kind "novelty"'],
    ['no version', { ...model, version: 1 }, 'no version'],
    ['other features', { ...model, schema: { ...model.schema, hash: '' } }, 'not those'],
    ['no reconstruction', withReconstruction(null), 'no reconstruction'],
    ['an unknown reconstruction', withReconstruction({ kind: 'forest' }), 'no known kind'],
    ['no components', withReconstruction({ kind: 'components', components: [] }), 'no components'],
    ['a short component', withReconstruction({ kind: 'components', components: [[1]] }), 'one number per feature'],
    [
      'an output that is not its input again',
      withReconstruction({
        kind: 'autoencoder',
        network: { inputs: width, hidden: [], heads: { output: { kind: 'linear', layer: narrow } } },
      }),
      'its input again',
    ],
  ])('with %s is refused in words', (_, json, words) => {
    expect(reasonOf(json)).toContain(words);
  });
});
