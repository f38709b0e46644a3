import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  addScore,
  calibrateNoveltyModel,
  judgeNovelty,
  NO_SCORES,
  type NoveltyModelArtefact,
  RISK_FEATURES_V2,
  scoreNovelty,
} from '../../../models/index.ts';
import { type FittedNoveltyModels, fitNoveltyModels, NOVELTY_FIT, startBackend } from '../../../training/index.ts';
import { type SmallRun, smallWorld } from './small-world.ts';

const options = {
  version: 'test',
  schema: RISK_FEATURES_V2,
  seed: 3,
  settings: { ...NOVELTY_FIT, batchSize: 32, epochs: 16 },
};
const { rows } = smallWorld(120, 11);
const benignOf = (runs: readonly SmallRun[]) => runs.filter(({ isHarmful }) => !isHarmful);

describe('novelty models fitted on a small world', () => {
  let fitted: FittedNoveltyModels;
  let [tensorsBefore, tensorsAfter] = [0, 0];

  beforeAll(async () => {
    await startBackend();
    tensorsBefore = tf.memory().numTensors;
    const result = await fitNoveltyModels(rows, options);
    tensorsAfter = tf.memory().numTensors;
    if (result.kind === 'refused') throw new Error(result.reason);
    fitted = result;
  });

  it('were fitted on the benign rows only', () => {
    expect(fitted.autoencoder.origin.rowCount).toBe(rows.filter(({ label }) => label === 0).length);
    expect(fitted.autoencoder.origin.runCount).toBe(60);
  });

  it('have learned to give them back better than by their mean', () => {
    expect(fitted.epochLosses.at(-1)).toBeLessThan(fitted.epochLosses[0]!);
    const benign = rows.filter(({ label }) => label === 0);
    const mean = (of: (row: (typeof rows)[number]) => number) =>
      benign.reduce((sum, row) => sum + of(row), 0) / benign.length;
    const errorOf = (model: NoveltyModelArtefact) => mean(({ features }) => scoreNovelty(model, features)!);
    const nothing = RISK_FEATURES_V2.features.map(() => 0);
    const byMean = errorOf({ ...fitted.components, reconstruction: { kind: 'components', components: [nothing] } });
    expect(errorOf(fitted.autoencoder)).toBeLessThan(0.8 * byMean);
    expect(errorOf(fitted.components)).toBeLessThan(0.3 * byMean);
  });

  it('call what no rollout of the world can be novel, and leave nearly all benign ones alone', () => {
    const calibrationRuns = benignOf(smallWorld(160, 12).runs);
    const fresh = benignOf(smallWorld(80, 13).runs);
    for (const fittedModel of [fitted.autoencoder, fitted.components]) {
      const scores = ({ vectors }: SmallRun) => vectors.map((vector) => scoreNovelty(fittedModel, vector));
      const model = calibrateNoveltyModel(
        fittedModel,
        calibrationRuns.map((run) => ({ band: 'medium', scores: scores(run) })),
      );
      const isNovel = (run: SmallRun) => novelty(model, run);
      const flagged = fresh.filter(isNovel).length / fresh.length;
      // α of .05 with 80 runs on one side and 40 on the other: sd √(.05 · .95 (1/40 + 1/81)) = .042.
      expect(flagged).toBeLessThan(0.05 + 3 * 0.042);
      // A treatment that is much better by one feature and much worse by its neighbours contradicts itself.
      expect(fresh.map(contradicted).filter(isNovel).length / fresh.length).toBeGreaterThan(0.9);
    }
  });

  it('leave no tensors behind', () => {
    expect(tensorsAfter).toBe(tensorsBefore);
  });
});

it('are refused without benign rows', async () => {
  const result = await fitNoveltyModels(
    rows.filter(({ label }) => label === 1),
    options,
  );
  expect(result).toEqual({ kind: 'refused', reason: 'Of the benign rows: There are no rows.' });
});

function novelty(model: NoveltyModelArtefact, { vectors }: SmallRun): boolean {
  const state = vectors.reduce((before, vector) => addScore(before, scoreNovelty(model, vector)).state, NO_SCORES);
  return judgeNovelty(model, state, 'medium', 0.05).isNovel;
}

/** Fast and slow recent z of errors, which share their data, pull apart. */
function contradicted(run: SmallRun): SmallRun {
  return { ...run, vectors: run.vectors.map((vector) => vector.with(4, 12).with(5, -7).with(6, 12)) };
}
