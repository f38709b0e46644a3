import { describe, expect, it } from 'vitest';
import { bucketDispersion, type UnitBucket } from '../../models/dispersion.ts';
import { seededDraws } from './seeded-draws.ts';

const bucketsOf = (Y: readonly number[], N: readonly number[]): readonly UnitBucket[] =>
  Y.map((events, b) => ({ events, exposures: N[b]! }));

const Y = [3, 5, 2, 8, 4, 6, 1, 7];
const N = [100, 120, 90, 150, 110, 130, 80, 140];

describe('the dispersion of a rate between buckets of units', () => {
  it('has the golden rate, variance and dispersion', () => {
    const found = bucketDispersion(bucketsOf(Y, N))!;
    expect(found.rate).toBeCloseTo(0.0391304347826, 13);
    expect(found.variance * 1e5).toBeCloseTo(2.10119317755, 10);
    expect(found.dispersion).toBeCloseTo(0.531651989985, 11);
  });

  it('is 1 for independent events and E[B²]/E[B] for events in bursts of B', () => {
    const draws = seededDraws(21);
    const found = (size: number) =>
      bucketDispersion(Array.from({ length: 4000 }, () => ({ exposures: 1000, events: size * draws.poisson(20) })))!
        .dispersion;
    expect(found(1)).toBeGreaterThan(0.93);
    expect(found(1)).toBeLessThan(1.07);
    expect(found(4)).toBeGreaterThan(3.7);
    expect(found(4)).toBeLessThan(4.3);
  });

  it('takes buckets without exposures for none', () => {
    const padded = [...bucketsOf(Y, N), { exposures: 0, events: 0 }];
    expect(bucketDispersion(padded)).toEqual(bucketDispersion(bucketsOf(Y, N)));
  });

  it('says nothing from one bucket or without events', () => {
    expect(bucketDispersion([])).toBeUndefined();
    expect(bucketDispersion(bucketsOf([3], [100]))).toBeUndefined();
    expect(bucketDispersion(bucketsOf([3, 0], [100, 0]))).toBeUndefined();
    expect(bucketDispersion(bucketsOf([0, 0], [100, 100]))).toBeUndefined();
  });

  it.each([
    { exposures: 0, events: 1 },
    { exposures: -1, events: 0 },
    { exposures: 10, events: -1 },
    { exposures: 10, events: Number.NaN },
    { exposures: Number.POSITIVE_INFINITY, events: 1 },
  ])('refuses $events events in $exposures exposures', (bucket) => {
    expect(() => bucketDispersion([bucket, { exposures: 10, events: 1 }])).toThrow('impossible bucket');
  });
});
