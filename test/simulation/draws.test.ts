import { describe, expect, it } from 'vitest';
import { type Draws, seededDraws } from '../../simulation/draws.ts';

const DRAWN = 40_000;

/** Mean and variance of many draws. */
function momentsOf(draw: (draws: Draws) => number) {
  const draws = seededDraws(1, 2);
  const values = Array.from({ length: DRAWN }, () => draw(draws));
  const mean = values.reduce((sum, value) => sum + value, 0) / DRAWN;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (DRAWN - 1) };
}

/** Five standard errors of the mean, and of the variance, whose own error depends on the excess kurtosis. */
function expectMoments(
  draw: (draws: Draws) => number,
  { mean, variance, kurtosis }: { readonly mean: number; readonly variance: number; readonly kurtosis: number },
): void {
  const found = momentsOf(draw);
  expect(Math.abs(found.mean - mean)).toBeLessThan(5 * Math.sqrt(variance / DRAWN));
  expect(Math.abs(found.variance / variance - 1)).toBeLessThan(5 * Math.sqrt((2 + kurtosis) / DRAWN));
}

describe('seeded draws', () => {
  it('are the same for the same seed and stream, and others for another', () => {
    const five = (seed: number, stream: number) => {
      const { uniform } = seededDraws(seed, stream);
      return Array.from({ length: 5 }, uniform);
    };
    expect(five(3, 4)).toEqual(five(3, 4));
    const all = [five(3, 4), five(4, 3), five(3, 5), five(0, 0), five(1, 0), five(0, 1)].flat();
    expect(new Set(all).size).toBe(all.length);
  });

  it.each([0.01, 3, 9.9, 10.1, 300])('Poisson counts of mean %d have that mean and variance', (mean) => {
    expectMoments((draws) => draws.poisson(mean), { mean, variance: mean, kurtosis: 1 / mean });
  });

  it.each([
    [30, 0.1],
    [1_000, 0.005],
    [1_000, 0.2],
    [1_000, 0.9],
    [100_000, 0.5],
  ])('%d trials of chance %d have the mean np and the variance np(1 − p)', (n, p) => {
    const variance = n * p * (1 - p);
    const kurtosis = (1 - 6 * p * (1 - p)) / variance;
    expectMoments((draws) => draws.binomial(n, p), { mean: n * p, variance, kurtosis });
  });

  it.each([0.3, 1, 7.5])('gamma of shape %d has that mean and variance', (shape) => {
    expectMoments((draws) => draws.gamma(shape), { mean: shape, variance: shape, kurtosis: 6 / shape });
  });

  it('nothing comes of nothing, and everything of certainty', () => {
    const draws = seededDraws(1, 1);
    expect([draws.poisson(0), draws.binomial(0, 0.5), draws.binomial(50, 0), draws.binomial(50, 1)]).toEqual([
      0, 0, 0, 50,
    ]);
  });
});
