import { describe, expect, it } from 'vitest';
import { emptySeasonalBaseline, type SeasonalBaseline, stepBaseline, theilSenSlope } from '../../../models/index.ts';
import { seededDraws } from '../seeded-draws.ts';

const PERIOD = 24;

/** Residuals of a series, and the state at its end. */
function follow(values: readonly (number | undefined)[], period = PERIOD) {
  let baseline: SeasonalBaseline = emptySeasonalBaseline(period);
  const residuals = values.map((value) => {
    const step = stepBaseline(baseline, value);
    baseline = step.baseline;
    return step.residual;
  });
  return { residuals, baseline };
}

const season = (t: number) => 100 * (2 + Math.sin((2 * Math.PI * t) / PERIOD));

const noisy = (seed: number, length: number, at: (t: number) => number = () => 1) => {
  const draws = seededDraws(seed);
  return Array.from({ length }, (_, t) => season(t) * at(t) * Math.exp(0.05 * draws.normal()));
};

describe('the seasonal baseline', () => {
  it('follows its formulas, step by step, by hand', () => {
    const values = [1, 3, 1, 3, 2, 3].map((v) => Math.expm1(v));
    const { residuals, baseline } = follow(values, 2);
    // Expected 1, 3, 1, 3: the fifth is 1 too high at a scale that two zero deviations took from .1 to .098²/.1.
    expect(residuals.slice(0, 4)).toEqual([undefined, undefined, undefined, undefined]);
    const before = 0.1 * 0.98 ** 2;
    expect(residuals[4]).toBeCloseTo(1 / before, 9);
    const level = (2 / 13) * 4 * before;
    const scale = before + 0.02 * (5 * before - before);
    expect(residuals[5]).toBeCloseTo(-level / scale, 9);
    expect(baseline.level).toBeCloseTo(level - (2 / 13) * level, 9);
  });

  it('is silent for two periods and where a value is missing', () => {
    const values: (number | undefined)[] = noisy(1, 4 * PERIOD);
    values[60] = undefined;
    const { residuals } = follow(values);
    const silent = residuals.flatMap((residual, t) => (residual === undefined ? [t] : []));
    expect(silent).toEqual([...Array.from({ length: 2 * PERIOD }, (_, t) => t), 60]);
  });

  it('has residuals of about one scale on an undisturbed season', () => {
    const { residuals } = follow(noisy(2, 40 * PERIOD));
    const late = residuals.slice(10 * PERIOD).map((residual) => residual!);
    const meanSize = late.reduce((sum, residual) => sum + Math.abs(residual), 0) / late.length;
    // 1.25 times the mean absolute deviation is the scale, so it should be .8.
    expect(meanSize).toBeGreaterThan(0.72);
    expect(meanSize).toBeLessThan(0.88);
  });

  it('sees an hour at half the traffic, forgets it, and is not fooled by yesterday’s incident', () => {
    const values = noisy(3, 12 * PERIOD, (t) => (t === 10 * PERIOD + 5 ? 0.5 : 1));
    const { residuals } = follow(values);
    expect(residuals[10 * PERIOD + 5]).toBeLessThan(-8);
    expect(Math.abs(residuals[11 * PERIOD + 5]!)).toBeLessThan(4);
  });

  it('adds the trend to the median of four periods once it knows more than four', () => {
    const growing = Array.from({ length: 8 * PERIOD }, (_, t) => season(t) * Math.exp(0.1 * Math.floor(t / PERIOD)));
    const { baseline } = follow(growing);
    expect(baseline.trend).toBeCloseTo(0.1, 2);
    expect(follow(growing.slice(0, 4 * PERIOD)).baseline.trend).toBe(0);
  });

  it('goes on from its JSON as if nothing had happened, and remembers at most four periods', () => {
    const values: (number | undefined)[] = noisy(4, 7 * PERIOD + 3);
    values[5 * PERIOD] = undefined;
    const { baseline } = follow(values);
    const revived = JSON.parse(JSON.stringify(baseline)) as SeasonalBaseline;
    expect(stepBaseline(revived, 123)).toEqual(stepBaseline(baseline, 123));
    expect(baseline.history).toHaveLength(4 * PERIOD);
    expect(baseline.periodLevels).toHaveLength(7);
  });
});

describe('the Theil–Sen slope', () => {
  it('is that of the line, whatever a quarter of the points are', () => {
    expect(theilSenSlope([1, 3, 5, 99, 9, 11, -50, 15])).toBeCloseTo(2, 12);
  });

  it('is the median of all pairwise slopes, of an even number the lower one', () => {
    const values = [0.3, 1.1, 0.2, 2.5, 1.9];
    const slopes = values.flatMap((y, j) => values.slice(0, j).map((x, i) => (y - x) / (j - i)));
    expect(theilSenSlope(values)).toBeCloseTo(slopes.sort((a, b) => a - b)[4]!, 12);
    expect(theilSenSlope([7])).toBe(0);
  });
});
