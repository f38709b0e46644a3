import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { RISK_FEATURES_V2, schemaOf } from '../../../models/index.ts';
import { fitStandardisation } from '../../../training/fit/fit-standardisation.ts';
import { drawBatch, inputMatrix } from '../../../training/fit/input-matrix.ts';
import { crossEntropy, kernelPenalty, logLoss, squaredError } from '../../../training/fit/losses.ts';
import { permutation, seededStream } from '../../../training/fit/seeded-stream.ts';
import { shuffleLabels } from '../../../training/fit/shuffle-labels.ts';
import { splitRuns } from '../../../training/fit/split-runs.ts';
import { symmetricEigen } from '../../../training/fit/symmetric-eigen.ts';
import { startBackend, type TrainingRow } from '../../../training/index.ts';
import { smallWorld } from './small-world.ts';

const SEED = { seed: 20_261_129, numRuns: 100 };
const schema = schemaOf({ name: 'risk', version: 2 })!;
const { rows } = smallWorld(40, 4);

describe('the losses', () => {
  beforeAll(() => startBackend(['cpu']));

  const column = (values: readonly number[]) => tf.tensor2d([...values], [values.length, 1]);
  const number = (loss: tf.Scalar) => loss.dataSync()[0]!;

  it('are the weighted log-loss, also of logits whose exponential is infinite', () => {
    const loss = number(logLoss(column([0.5, -2, 1000]), column([1, 0, 1]), column([1, 3, 4])));
    expect(loss).toBeCloseTo((Math.log1p(Math.exp(-0.5)) + 3 * Math.log1p(Math.exp(-2))) / 8, 6);
    expect(number(logLoss(column([-1000]), column([1]), column([1])))).toBe(1000);
  });

  it('are the cross-entropy of the rows that have a class', () => {
    const logits = tf.tensor2d([1, 2, 0, 5, 5, 5], [2, 3]);
    const loss = number(crossEntropy(logits, tf.tensor2d([0, 1, 0, 0, 0, 0], [2, 3]), column([2, 2])));
    expect(loss).toBeCloseTo(Math.log(Math.exp(1) + Math.exp(2) + 1) / 2 - 1, 6);
  });

  it('are the squared error of what is known, and half the squares of kernels', () => {
    const known = tf.tensor2d([1, 0, 1, 0], [2, 2]);
    const squared = squaredError(tf.tensor2d([1, 9, 4, 9], [2, 2]), tf.tensor2d([0, 0, 2, 0], [2, 2]), known);
    expect(number(squared)).toBeCloseTo(2.5, 6);
    expect(number(kernelPenalty([tf.tensor2d([1, 2], [1, 2]), tf.tensor2d([3], [1, 1])], 0.1))).toBeCloseTo(0.7, 6);
  });
});

describe('standardisation', () => {
  const { mean, sd } = fitStandardisation(schema, rows);
  const at = (name: string) => schema.features.findIndex((feature) => feature.name === name);

  it('gives every feature that differs mean 0 and deviation 1 over the rows that know it', () => {
    const matrix = inputMatrix(schema, { mean, sd }, rows);
    for (const name of ['errors.z', 'business.effect', 'sharedShock']) {
      const mask = schema.masks[at(name)]!;
      const known = [...rows.keys()].filter((row) => mask < 0 || rows[row]!.features[mask] === 1);
      const inputs = known.map((row) => matrix.values[row * matrix.width + at(name)]!);
      const average = inputs.reduce((sum, value) => sum + value, 0) / inputs.length;
      expect(average).toBeCloseTo(0, 5);
      expect(inputs.reduce((sum, value) => sum + (value - average) ** 2, 0) / inputs.length).toBeCloseTo(1, 4);
    }
  });

  it('leaves masks alone, and gives a feature that never differs its own unit', () => {
    expect([mean[at('hasBusiness')], sd[at('hasBusiness')]]).toEqual([0, 1]);
    expect(new Set(rows.map(({ features }) => features[at('missingWindows')]))).toEqual(new Set([0]));
    expect(sd[at('missingWindows')]).toBe(1);
  });

  it('weighs rows', () => {
    const [light, heavy] = [rows[0]!, { ...rows[1]!, weight: 3 }];
    const index = at('errors.z');
    expect(fitStandardisation(schema, [light, heavy]).mean[index]).toBeCloseTo(
      (light.features[index]! + 3 * heavy.features[index]!) / 4,
      12,
    );
  });
});

describe('a batch', () => {
  const matrix = inputMatrix(schema, fitStandardisation(schema, rows), rows);
  const everything = Uint32Array.from(rows.keys());
  const slow = schema.features.flatMap(({ mask }, index) => (mask === 'hasLatency' ? [index] : []));
  const hasLatency = schema.features.findIndex(({ name }) => name === 'hasLatency');

  it('hides a metric with its mask from a fifth of the rows, and never a part of it', () => {
    const { inputs, known } = drawBatch(matrix, schema, everything, seededStream(1, 'test'));
    let hidden = 0;
    for (const row of everything) {
      const of = (values: Float32Array, feature: number) => values[row * matrix.width + feature]!;
      const isHidden = of(inputs, hasLatency) === 0;
      hidden += isHidden ? 1 : 0;
      for (const feature of slow) {
        expect(of(known, feature)).toBe(isHidden ? 0 : 1);
        expect(of(inputs, feature)).toBe(isHidden ? 0 : of(matrix.values, feature));
      }
      // Errors are never hidden.
      expect(of(inputs, 0)).toBe(of(matrix.values, 0));
    }
    // Binomial(280, .2): within four standard deviations.
    expect(Math.abs(hidden - 0.2 * rows.length)).toBeLessThan(4 * Math.sqrt(0.16 * rows.length));
  });

  it('does not change the rows, and is the same for the same seed', () => {
    const copy = matrix.values.slice();
    const draw = (seed: number) => drawBatch(matrix, schema, everything, seededStream(seed, 'test')).inputs;
    expect(draw(3)).toEqual(draw(3));
    expect(draw(3)).not.toEqual(draw(4));
    expect(matrix.values).toEqual(copy);
  });
});

describe('seeded streams', () => {
  it('differ by seed and by purpose', () => {
    const first = (seed: number, purpose: string) => seededStream(seed, purpose).uniform();
    expect(first(1, 'a')).toBe(first(1, 'a'));
    expect(new Set([first(1, 'a'), first(2, 'a'), first(1, 'b')]).size).toBe(3);
  });

  it('permute', () => {
    const isPermutation = (count: number, seed: number) => {
      expect([...permutation(count, seededStream(seed, 'test'))].sort((a, b) => a - b)).toEqual([
        ...Array(count).keys(),
      ]);
    };
    fc.assert(fc.property(fc.nat(200), fc.nat(), isPermutation), SEED);
  });
});

describe('a split by runs', () => {
  it('never has a run on both sides, and the same share of harmful runs on both', () => {
    const { fitting, heldOut } = splitRuns(rows, 0.25, 5);
    const runsOf = (some: readonly TrainingRow[]) => new Set(some.map(({ runId }) => runId));
    expect(fitting.length + heldOut.length).toBe(rows.length);
    expect([...runsOf(heldOut)].filter((run) => runsOf(fitting).has(run))).toEqual([]);
    expect(runsOf(heldOut).size).toBe(10);
    expect(runsOf(heldOut.filter(({ label }) => label === 1)).size).toBe(5);
  });

  it('does not depend on the order of the rows', () => {
    const idsOf = (some: readonly TrainingRow[]) => [...new Set(some.map(({ runId }) => runId))].sort();
    expect(idsOf(splitRuns([...rows].reverse(), 0.25, 5).heldOut)).toEqual(idsOf(splitRuns(rows, 0.25, 5).heldOut));
  });
});

describe('shuffled labels', () => {
  it('are the same labels on other rows', () => {
    const shuffled = shuffleLabels(rows, 1, 'test');
    const count = (some: readonly TrainingRow[]) => some.filter(({ label }) => label === 1).length;
    expect(count(shuffled)).toBe(count(rows));
    expect(shuffled.map(({ features }) => features)).toEqual(rows.map(({ features }) => features));
    const same = rows.filter(({ label }, index) => shuffled[index]!.label === label).length;
    expect(Math.abs(same / rows.length - 0.5)).toBeLessThan(0.15);
  });
});

describe('eigenvectors of a symmetric matrix', () => {
  it('are those known by hand', () => {
    const { values, vectors } = symmetricEigen([
      [2, 1],
      [1, 2],
    ]);
    expect(values[0]).toBeCloseTo(3, 12);
    expect(values[1]).toBeCloseTo(1, 12);
    expect(vectors[0]![0]).toBeCloseTo(Math.SQRT1_2, 12);
    expect(vectors[0]![1]).toBeCloseTo(Math.SQRT1_2, 12);
  });

  it('are orthonormal, fall in order, and give the matrix back', () => {
    const aMatrix = fc
      .integer({ min: 1, max: 12 })
      .chain((size) =>
        fc.array(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: size, maxLength: size }), {
          minLength: size,
          maxLength: size,
        }),
      )
      .map((rows_) => rows_.map((row, i) => row.map((value, j) => value + rows_[j]![i]!)));
    const isDecomposed = (matrix: readonly (readonly number[])[]) => {
      const { values, vectors } = symmetricEigen(matrix);
      const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, k) => sum + x * b[k]!, 0);
      matrix.forEach((row, i) => {
        row.forEach((value, j) => {
          const back = values.reduce((sum, lambda, k) => sum + lambda * vectors[k]![i]! * vectors[k]![j]!, 0);
          expect(back).toBeCloseTo(value, 8);
          expect(dot(vectors[i]!, vectors[j]!)).toBeCloseTo(i === j ? 1 : 0, 10);
        });
      });
      expect([...values].sort((a, b) => b - a)).toEqual(values);
    };
    fc.assert(fc.property(aMatrix, isDecomposed), SEED);
  });
});

describe('the small world', () => {
  it('makes vectors of the shipped features', () => {
    expect(rows.length).toBe(280);
    expect(rows.every(({ features }) => features.length === RISK_FEATURES_V2.features.length)).toBe(true);
  });
});
