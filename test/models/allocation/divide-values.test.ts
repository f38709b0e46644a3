import { describe, expect, it } from 'vitest';
import { divideValues, qualitativeInteraction, type ValueUtilities } from '../../../models/index.ts';
import { decisionDraws } from '../../../models/ramp-policy/seeded-draws.ts';

const part = (z: number) => ({ difference: z, standardError: 1 });

describe('The chance that parts look so much at odds', () => {
  // Gail & Simon 1985, table 1: critical values of 5 %, and the half of a χ² with one degree of freedom for two parts.
  it.each([
    [2, 2.71, 0.05],
    [3, 4.23, 0.05],
    [4, 5.43, 0.05],
    [5, 6.5, 0.05],
    [2, 9.55, 0.001],
  ])('among %i parts with the smaller sum of squares at %f is %f', (parts, statistic, p) => {
    const for1 = part(Math.sqrt(statistic));
    const against = Array.from({ length: parts - 1 }, () => part(-10));
    expect(qualitativeInteraction([for1, ...against])).toBeCloseTo(p, 3);
  });

  it('is one where one arm is ahead in every part, however much more in some', () => {
    expect(qualitativeInteraction([part(1), part(9)])).toBeCloseTo(0.5, 12);
    expect(qualitativeInteraction([part(1), part(9), part(3)])).toBeCloseTo(0.75, 12);
  });

  it('is kept by estimates of parts in which both arms are equal', () => {
    const draws = decisionDraws(5);
    const runs = 4_000;
    let found = 0;
    for (let run = 0; run < runs; run += 1) {
      const parts = Array.from({ length: 4 }, () => part(draws.normal()));
      if (qualitativeInteraction(parts) <= 0.05) found += 1;
    }
    // Equal arms are within the null hypothesis, and not at its edge: far fewer than 5 %, of which four standard errors are 1.4 %.
    expect(found / runs).toBeLessThan(0.05);
  });
});

const LIMITS = { minUnits: 500, alpha: 0.005 };
const aValue = (value: string, means: readonly number[], units = 1_000): ValueUtilities => ({
  value,
  arms: means.map((mean) => ({ units, mean, variance: 0.01 ** 2 })),
});

describe('Values of an attribute', () => {
  it('are divided where different arms are better, by the pair that is most surely at odds', () => {
    const values = [
      aValue('DE', [0.1, 0, 0.05]),
      aValue('US', [0, 0.1, 0.05]),
      aValue('FR', [0.12, 0, 0.05]),
      aValue('JP', [0.01, 0.09, 0.05]),
    ];
    expect(divideValues(values, LIMITS)).toEqual([
      ['DE', 'FR'],
      ['JP', 'US'],
    ]);
  });

  it('stay together where one arm is better everywhere, though not by the same', () => {
    expect(divideValues([aValue('DE', [0.3, 0]), aValue('US', [0.05, 0])], LIMITS)).toBeUndefined();
    expect(divideValues([aValue('DE', [0.3, 0])], LIMITS)).toBeUndefined();
    expect(divideValues([], LIMITS)).toBeUndefined();
  });

  it('stay together while it may be chance, or one half would have too few units', () => {
    expect(divideValues([aValue('DE', [0.01, 0]), aValue('US', [0, 0.01])], LIMITS)).toBeUndefined();
    const few = [aValue('DE', [0.1, 0]), aValue('US', [0, 0.1], 200)];
    expect(divideValues(few, LIMITS)).toBeUndefined();
    expect(divideValues(few, { ...LIMITS, minUnits: 400 })).toEqual([['DE'], ['US']]);
  });

  it('that hardly anybody has are named in no half', () => {
    const rare = { ...aValue('LI', [0.9, 0]), arms: aValue('LI', [0.9, 0], 99).arms };
    expect(divideValues([aValue('DE', [0.1, 0]), aValue('US', [0, 0.1]), rare], LIMITS)).toEqual([['DE'], ['US']]);
  });
});
