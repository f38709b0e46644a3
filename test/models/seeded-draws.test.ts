import { describe, expect, it } from 'vitest';
import { seededDraws } from './seeded-draws.ts';

describe('seeded draws of the tests', () => {
  it.each([0.3, 4, 40, 900])('a Poisson variable of mean %d has that mean and variance', (mean) => {
    const draws = seededDraws(11);
    const counts = Array.from({ length: 20_000 }, () => draws.poisson(mean));
    const average = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    const variance = counts.reduce((sum, count) => sum + (count - average) ** 2, 0) / counts.length;
    expect(Math.abs(average - mean)).toBeLessThan(4 * Math.sqrt(mean / counts.length));
    expect(variance / mean).toBeGreaterThan(0.95);
    expect(variance / mean).toBeLessThan(1.05);
  });

  it('the same seed gives the same numbers', () => {
    const [one, two] = [seededDraws(3), seededDraws(3)];
    expect([one.uniform(), one.normal(), one.poisson(5)]).toEqual([two.uniform(), two.normal(), two.poisson(5)]);
  });
});
