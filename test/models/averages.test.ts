import { describe, expect, it } from 'vitest';
import { mean, median, medianDeviation, quantile, sum } from '../../models/averages.ts';
import { clusterBootstrap, clustersBy } from '../../models/index.ts';
import { seededDraws } from './seeded-draws.ts';

describe('averages', () => {
  const values = [7, 1, 3, 9, 4, 4];

  it('are those of NumPy, and leave their values in order', () => {
    expect([sum(values), median(values), medianDeviation(values)]).toEqual([28, 4, 2]);
    expect(mean(values)).toBeCloseTo(4.666667, 6);
    expect([0, 0.1, 0.5, 0.9, 1].map((p) => quantile(values, p))).toEqual([1, 2, 4, 8, 9]);
    expect(values).toEqual([7, 1, 3, 9, 4, 4]);
  });

  it('of nothing are nothing', () => {
    expect([sum([]), mean([]), median([])]).toEqual([0, Number.NaN, Number.NaN]);
  });
});

describe('the cluster bootstrap', () => {
  const options = (seed: number) => ({ replicates: 2000, level: 0.95, uniform: seededDraws(seed).uniform });
  const items = Array.from({ length: 400 }, (_, i) => ({ cluster: `${i % 40}`, value: (i % 40) / 39 }));

  it('is as wide as the clusters allow, not as the items would', () => {
    const meanValue = (some: readonly { value: number }[]) => mean(some.map(({ value }) => value));
    const { lower, upper } = clusterBootstrap(
      clustersBy(items, ({ cluster }) => cluster),
      meanValue,
      options(1),
    );
    // 40 clusters of uniform means: standard error .2959/√40 = .0468 (items: .0148).
    expect((upper - lower) / (2 * 1.96)).toBeCloseTo(0.0468, 2);
    expect((upper + lower) / 2).toBeCloseTo(0.5, 1);
  });

  it('leaves out samples without a value, and has no ends if all are', () => {
    const onlyLarge = (some: readonly { value: number }[]) =>
      mean(some.map(({ value }) => value).filter((value) => value > 0.98));
    expect(
      clusterBootstrap(
        clustersBy(items, ({ cluster }) => cluster),
        onlyLarge,
        options(2),
      ),
    ).toEqual({ lower: 1, upper: 1 });
    const none = clusterBootstrap(
      clustersBy(items, ({ cluster }) => cluster),
      () => Number.NaN,
      options(3),
    );
    expect(none).toEqual({ lower: Number.NaN, upper: Number.NaN });
  });

  it('is the same for the same seed', () => {
    const statistic = (some: readonly { value: number }[]) => some.length;
    const one = clusterBootstrap([[{ value: 1 }], [{ value: 1 }, { value: 2 }]], statistic, options(4));
    expect(clusterBootstrap([[{ value: 1 }], [{ value: 1 }, { value: 2 }]], statistic, options(4))).toEqual(one);
    expect(one).toEqual({ lower: 2, upper: 4 });
  });
});
