import { describe, expect, it } from 'vitest';
import { seededDraws } from '../../../simulation/draws.ts';
import { bootstrapped } from '../../../simulation/scorecard/figures.ts';
import { drawResamples, onceEach, percentileInterval } from '../../../simulation/scorecard/resamples.ts';
import { seedTotals, sortedSample, weightedMean, weightedQuantile } from '../../../simulation/scorecard/sample.ts';

const sampleOf = (seeds: readonly number[], values: readonly number[]) => ({
  seeds: Int32Array.from(seeds),
  values: Float64Array.from(values),
});

describe('a weighted sample', () => {
  const sample = sortedSample(sampleOf([0, 1, 2, 1], [8, 2, 5, 3]));

  it('has the mean and the quantiles of the sample in which every value is repeated by its weight', () => {
    const weights = Uint16Array.from([1, 0, 3]);
    expect(weightedMean(seedTotals(sample, 3), weights)).toBe((8 + 3 * 5) / 4);
    expect([0.5, 0.75, 0.76, 1].map((p) => weightedQuantile(sample, weights, p))).toEqual([5, 5, 8, 8]);
  });

  it('has the lower of two middle values as its median', () => {
    expect(weightedQuantile(sample, onceEach(3), 0.5)).toBe(3);
  });

  it('has as many values up to a quantile as that says, and not one more', () => {
    const ordered = Array.from({ length: 70 }, (_, index) => index);
    const quantile = (p: number) => weightedQuantile(sampleOf(ordered, ordered), onceEach(70), p);
    expect([0.9, 0.3, 0.1].map(quantile)).toEqual([62, 20, 6]);
  });

  it('has neither mean nor quantile when nothing counts', () => {
    const none = new Uint16Array(3);
    expect(weightedMean(seedTotals(sample, 3), none)).toBeNaN();
    expect(weightedQuantile(sample, none, 0.5)).toBeNaN();
  });
});

describe('resamples', () => {
  it('draw as many seeds as there are, the same for the same seed', () => {
    const draw = (seed: number) => drawResamples({ seeds: 30, resamples: 50, seed });
    for (const weights of draw(1)) expect(weights.reduce((sum, weight) => sum + weight, 0)).toBe(30);
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  it('give an interval by percentiles, without those in which there was no value', () => {
    const replicates = [...Array.from({ length: 1000 }, (_, index) => 1000 - index), Number.NaN];
    expect(percentileInterval(500, replicates)).toEqual({ value: 500, lower: 25, upper: 975 });
    expect(percentileInterval(500, [Number.NaN])).toEqual({ value: 500, lower: null, upper: null });
  });

  // Intervals by percentiles are a little too short for 80 skewed values: 0.918 and 0.928 with these seeds.
  it.each(['mean', 'median'] as const)(
    'hold the true %s of an exponential distribution about 95 times in 100',
    (summary) => {
      const truth = summary === 'mean' ? 1 : Math.log(2);
      const trials = Array.from({ length: 400 }, (_, trial) => intervalOf(summary, trial));
      const held = trials.filter(({ lower, upper }) => lower! <= truth && truth <= upper!).length;
      expect(held / 400).toBeGreaterThan(0.9);
      expect(held / 400).toBeLessThan(0.97);
    },
  );

  it('draw worlds of one seed together: copies of a sample make its interval no narrower', () => {
    const values = exponentials(40, 7);
    const once = onceEach(40);
    const resamples = drawResamples({ seeds: 40, resamples: 300, seed: 1 });
    const seeds = [...values.keys()];
    const interval = (copies: number) => {
      const repeated = <T>(list: readonly T[]) => Array.from({ length: copies }, () => list).flat();
      const totals = seedTotals(sampleOf(repeated(seeds), repeated(values)), 40);
      const { lower, upper } = bootstrapped((weights) => weightedMean(totals, weights), once, resamples);
      return upper! - lower!;
    };
    expect(interval(10)).toBeCloseTo(interval(1), 10);
  });
});

function intervalOf(summary: 'mean' | 'median', trial: number) {
  const values = exponentials(80, trial);
  const sample = sampleOf([...values.keys()], values);
  const [sorted, totals] = [sortedSample(sample), seedTotals(sample, 80)];
  return bootstrapped(
    (weights) => (summary === 'mean' ? weightedMean(totals, weights) : weightedQuantile(sorted, weights, 0.5)),
    onceEach(80),
    drawResamples({ seeds: 80, resamples: 400, seed: trial + 1 }),
  );
}

function exponentials(count: number, seed: number): readonly number[] {
  const { uniform } = seededDraws(seed, 99);
  return Array.from({ length: count }, () => -Math.log(uniform()));
}
