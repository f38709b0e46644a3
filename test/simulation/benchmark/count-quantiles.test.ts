import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalCdf } from '../../../models/index.ts';
import { binomialQuantile, dispersedQuantile, poissonQuantile } from '../../../simulation/benchmark/count-quantiles.ts';
import { keyedUniforms } from '../../../simulation/benchmark/keyed-uniforms.ts';
import { quickNormalQuantile } from '../../../simulation/benchmark/quick-normal-quantile.ts';

const GRID = Array.from({ length: 20_000 }, (_, index) => (index + 0.5) / 20_000);

function momentsOf(quantile: (u: number) => number) {
  const counts = GRID.map(quantile);
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return { mean, variance: counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length };
}

describe('quantiles of counts', () => {
  it('turn the normal distribution function round to six digits', () => {
    for (const p of [1e-9, 1e-4, 0.03, 0.2, 0.5, 0.8, 0.999, 1 - 1e-9]) {
      expect(normalCdf(quickNormalQuantile(p)) / p).toBeCloseTo(1, 5);
    }
  });

  it('are exact for small means: a Poisson count of mean 2 is 0 in e⁻² of all cases', () => {
    expect(poissonQuantile(Math.exp(-2) - 1e-9, 2)).toBe(0);
    expect(poissonQuantile(Math.exp(-2) + 1e-9, 2)).toBe(1);
    expect(binomialQuantile(0.5 ** 10 + 1e-9, 10, 0.5)).toBe(1);
    expect(binomialQuantile(1 - 0.5 ** 10 + 1e-9, 10, 0.5)).toBe(10);
  });

  it.each([0.3, 5, 49, 51, 800])('have the mean and the variance of a Poisson count of mean %d', (mean) => {
    const moments = momentsOf((u) => poissonQuantile(u, mean));
    expect(moments.mean / mean).toBeCloseTo(1, 2);
    expect(moments.variance / mean).toBeCloseTo(1, 1);
  });

  it.each([
    [200, 0.01, 1.5],
    [40_000, 0.01, 1.5],
    [20, 0.02, 1.9],
    [1_000, 0.7, 1],
  ])('have the mean and the design effect of %d requests at %d with D = %d', (n, p, designEffect) => {
    const moments = momentsOf((u) => dispersedQuantile(u, n, { p, designEffect }));
    expect(moments.mean / (n * p)).toBeCloseTo(1, 1);
    expect(moments.variance / (n * p * (1 - p)) / designEffect).toBeCloseTo(1, 1);
  });

  it('grow with the mean at a fixed uniform, except for one count where the method changes', () => {
    const uniform = fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true });
    const mean = fc.double({ min: 0, max: 500, noNaN: true });
    fc.assert(
      fc.property(uniform, mean, mean, (u, a, b) => {
        const [least, most] = [Math.min(a, b), Math.max(a, b)];
        expect(poissonQuantile(u, most) - poissonQuantile(u, least)).toBeGreaterThanOrEqual(-1);
        const n = 1_000;
        expect(binomialQuantile(u, n, most / n) - binomialQuantile(u, n, least / n)).toBeGreaterThanOrEqual(-1);
      }),
      { seed: 1, numRuns: 2_000 },
    );
  });

  it('come from uniforms that look uniform and unrelated between streams, ticks, places and seeds', () => {
    const uniform = keyedUniforms('B1', 1);
    const other = keyedUniforms('B1', 2);
    const pairs = Array.from({ length: 20_000 }, (_, tick) => [
      [uniform(1, tick, 0), uniform(2, tick, 0)],
      [uniform(1, tick, 0), uniform(1, tick + 1, 0)],
      [uniform(1, tick, 0), uniform(1, tick, 1)],
      [uniform(1, tick, 0), other(1, tick, 0)],
    ]);
    for (const place of [0, 1, 2, 3]) {
      const products = pairs.map((kinds) => (kinds[place]![0]! - 0.5) * (kinds[place]![1]! - 0.5) * 12);
      const correlation = products.reduce((sum, product) => sum + product, 0) / products.length;
      expect(Math.abs(correlation)).toBeLessThan(0.03);
    }
  });
});
