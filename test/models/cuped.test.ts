import { describe, expect, it } from 'vitest';
import { adjustedSums, cupedCoefficient, type PairedSums } from '../../models/cuped.ts';
import { spreadOf } from '../../models/value-sums.ts';
import { seededDraws } from './seeded-draws.ts';

interface Unit {
  readonly x: number;
  readonly y: number;
}

/** Units whose value follows what they did before with correlation 0.8, around a mean of 20. */
function unitsOf(seed: number, n: number, mean = 20): readonly Unit[] {
  const draws = seededDraws(seed);
  return Array.from({ length: n }, () => {
    const x = 5 + 2 * draws.normal();
    return { x, y: mean + 3 * (0.8 * ((x - 5) / 2) + 0.6 * draws.normal()) };
  });
}

function sumsOf(units: readonly Unit[]): PairedSums {
  const sum = (of: (unit: Unit) => number) => units.reduce((total, unit) => total + of(unit), 0);
  return {
    n: units.length,
    sumY: sum(({ y }) => y),
    sumYY: sum(({ y }) => y * y),
    sumX: sum(({ x }) => x),
    sumXX: sum(({ x }) => x * x),
    sumXY: sum(({ x, y }) => x * y),
  };
}

const varianceOf = (values: readonly number[]) => {
  const mean = values.reduce((a, b) => a + b) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
};

describe('values adjusted by what their units did before the rollout', () => {
  const past = unitsOf(1, 5000);
  const coefficient = cupedCoefficient([sumsOf(past)]);

  it('have the sums that adjusting every unit by itself would give', () => {
    const units = unitsOf(2, 400);
    const { theta, meanX } = coefficient;
    const adjusted = units.map(({ x, y }) => y - theta * (x - meanX));
    const sums = adjustedSums(coefficient, sumsOf(units));
    expect(sums.n).toBe(400);
    expect(sums.sum).toBeCloseTo(
      adjusted.reduce((a, b) => a + b),
      6,
    );
    expect(sums.sumOfSquares).toBeCloseTo(
      adjusted.reduce((sum, value) => sum + value * value, 0),
      5,
    );
  });

  it('vary less by the square of the correlation, on units that the coefficient never saw', () => {
    const units = unitsOf(3, 5000);
    const { squares, degrees } = spreadOf(adjustedSums(coefficient, sumsOf(units)));
    const kept = squares / degrees / varianceOf(units.map(({ y }) => y));
    expect(kept).toBeGreaterThan(0.33);
    expect(kept).toBeLessThan(0.39);
  });

  it('differ between two variants by as much as before', () => {
    const mean = (sums: { readonly sum: number; readonly n: number }) => sums.sum / sums.n;
    const treatment = adjustedSums(coefficient, sumsOf(unitsOf(4, 20_000, 21)));
    const control = adjustedSums(coefficient, sumsOf(unitsOf(5, 20_000)));
    // Four standard errors of the difference of two means with standard deviation 1.8.
    expect(Math.abs(mean(treatment) - mean(control) - 1)).toBeLessThan(4 * 1.8 * Math.sqrt(2 / 20_000));
  });

  it('take the coefficient from differences inside a group: groups may have different means', () => {
    const shifted = unitsOf(6, 5000).map(({ x, y }) => ({ x: x + 50, y: y - 100 }));
    const { theta } = cupedCoefficient([sumsOf(past), sumsOf(shifted)]);
    expect(theta).toBeCloseTo(1.2, 1);
    expect(cupedCoefficient([sumsOf([...past, ...shifted])]).theta).toBeLessThan(0);
  });

  it('stay as they are where the covariate says nothing', () => {
    const units = unitsOf(7, 100).map(({ y }) => ({ x: 3.3, y }));
    const same = cupedCoefficient([sumsOf(units)]);
    expect(same.theta).toBe(0);
    const sums = sumsOf(units);
    expect(adjustedSums(same, sums)).toEqual({ n: 100, sum: sums.sumY, sumOfSquares: sums.sumYY });
    expect(cupedCoefficient([])).toEqual({ theta: 0, meanX: 0 });
  });
});
