import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  calibrationDrift,
  falseDiscoveryRates,
  kolmogorovSmirnov,
  populationStability,
  stabilityReference,
} from '../../../models/index.ts';
import { seededDraws } from '../seeded-draws.ts';

const normals = (seed: number, count: number, shift = 0) => {
  const draws = seededDraws(seed);
  return Array.from({ length: count }, () => shift + draws.normal());
};

describe('the population stability index', () => {
  const training = Array.from({ length: 1000 }, (_, i) => i);
  const reference = stabilityReference(training);

  it('by hand: all values in the upper half', () => {
    const upper = Array.from({ length: 100 }, (_, i) => 500 + 5 * i);
    const [low, high, e] = [0.5 / 105, 20.5 / 105, 0.1];
    const byHand = 5 * ((low - e) * Math.log(low / e) + (high - e) * Math.log(high / e));
    expect(populationStability(reference, upper)).toBeCloseTo(byHand, 10);
  });

  it('is 0 for the training values themselves, and for none at all', () => {
    expect(populationStability(reference, training)).toBe(0);
    expect(populationStability(reference, [])).toBe(0);
  });

  it('takes deciles of repeated values as one edge', () => {
    const mostlyZero = stabilityReference([...Array.from({ length: 90 }, () => 0), ...training.slice(1, 11)]);
    expect(mostlyZero.edges).toHaveLength(2);
    expect(
      populationStability(
        mostlyZero,
        Array.from({ length: 100 }, (_, i) => (i % 10 === 0 ? 7 : 0)),
      ),
    ).toBeLessThan(0.01);
  });

  it('calls none of 500 stable samples of 500 drifted, and each that moved by a standard deviation', () => {
    const normal = stabilityReference(normals(1, 5000));
    // For stable samples about χ²₉/500: mean .018, and .2 is 30 of its standard deviations away.
    const stable = Array.from({ length: 500 }, (_, seed) => populationStability(normal, normals(100 + seed, 500)));
    expect(stable.filter((psi) => psi > 0.2)).toEqual([]);
    const moved = Array.from({ length: 50 }, (_, seed) => populationStability(normal, normals(100 + seed, 500, 1)));
    expect(Math.min(...moved)).toBeGreaterThan(0.2);
  });
});

describe('the Kolmogorov–Smirnov test', () => {
  const first = Array.from({ length: 80 }, (_, i) => ((i * 37) % 101) / 101);
  const second = (from: number) => Array.from({ length: 60 }, (_, i) => from + (((i * 53) % 97) / 97) * (1 - from));

  // SciPy 1.17.1: ks_2samp for the distance and the exact p-value, kstwobign.sf for the tail of the limit.
  it.each([
    { from: 0.1, distance: 0.1125, tail: 0.7534066380638375, exact: 0.7420674044854573 },
    { from: 0.25, distance: 0.2625, tail: 0.014143589755015624, exact: 0.014861581081136435 },
  ])('agrees with SciPy: from $from', ({ from, distance, tail, exact }) => {
    const found = kolmogorovSmirnov(first, second(from));
    expect(found.distance).toBeCloseTo(distance, 12);
    expect(found.pValue).toBeCloseTo(tail, 10);
    expect(Math.abs(found.pValue / exact - 1)).toBeLessThan(0.06);
  });

  it('is symmetric and does not see a monotone transformation', () => {
    const values = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(values, values, (a, b) => {
        const found = kolmogorovSmirnov(a, b);
        expect(kolmogorovSmirnov(b, a)).toEqual(found);
        expect(kolmogorovSmirnov(a.map(Math.exp), b.map(Math.exp))).toEqual(found);
      }),
      { seed: 1 },
    );
  });

  it('has p = 1 for the same values, ties and all, and for nothing', () => {
    expect(kolmogorovSmirnov([1, 1, 2], [2, 1, 1])).toEqual({ distance: 0, pValue: 1 });
    expect(kolmogorovSmirnov([], [1])).toEqual({ distance: 0, pValue: 1 });
  });

  it('calls 5 % of 2 000 equal pairs different at p < .05', () => {
    const hits = Array.from({ length: 2000 }, (_, i) =>
      kolmogorovSmirnov(normals(2 * i, 150), normals(2 * i + 1, 100)),
    );
    const share = hits.filter(({ pValue }) => pValue < 0.05).length / 2000;
    // Standard error .49 points; discreteness takes a little off.
    expect(share).toBeGreaterThan(0.03);
    expect(share).toBeLessThan(0.065);
  });
});

describe('the false discovery rate', () => {
  it('agrees with SciPy', () => {
    // scipy.stats.false_discovery_control, 1.17.1.
    const expected = [0.035, 0.056, 0.056, 0.7 / 3, 0.035, 0.9, 0.056];
    const q = falseDiscoveryRates([0.01, 0.04, 0.03, 0.2, 0.005, 0.9, 0.04]);
    for (const [i, value] of q.entries()) expect(value).toBeCloseTo(expected[i]!, 12);
    expect(falseDiscoveryRates([])).toEqual([]);
  });

  it('keeps false discoveries among 30 drift-free and 3 drifted inputs below the level', () => {
    const level = 0.1;
    let [shares, found] = [0, 0];
    const weeks = 400;
    for (let week = 0; week < weeks; week += 1) {
      const draws = seededDraws(week);
      const pValues = Array.from({ length: 33 }, (_, i) => (i < 3 ? 1e-4 * draws.uniform() : draws.uniform()));
      const discovered = falseDiscoveryRates(pValues).flatMap((q, i) => (q < level ? [i] : []));
      const wrong = discovered.filter((i) => i >= 3).length;
      shares += discovered.length === 0 ? 0 : wrong / discovered.length;
      found += discovered.length - wrong;
    }
    // Expected: at most 30/33 of the level, .091; standard error about .007.
    expect(shares / weeks).toBeLessThan(0.112);
    expect(shares / weeks).toBeGreaterThan(0.06);
    expect(found / weeks).toBeGreaterThan(2.9);
  });
});

describe('drift of calibration', () => {
  const golden = Array.from({ length: 100 }, (_, i) => ({
    probability: (i + 0.5) / 100,
    isHarmful: (i * 61) % 100 < i * 0.8,
  }));

  it('agrees with SciPy', () => {
    const { bins, pValue } = calibrationDrift(golden.toReversed());
    const z = [-1.519036021802987, -0.9837189208330965, -0.9004351278571213, -0.9837189208330974, -1.519036021802987];
    expect(bins.map(({ count }) => count)).toEqual([20, 20, 20, 20, 20]);
    for (const [i, bin] of bins.entries()) expect(bin.z).toBeCloseTo(z[i]!, 10);
    expect(pValue).toBeCloseTo(0.19513786382873669, 10);
  });

  const predictions = (seed: number, factor: number) => {
    const draws = seededDraws(seed);
    return Array.from({ length: 500 }, () => {
      const probability = 0.05 + 0.4 * draws.uniform();
      return { probability, isHarmful: draws.uniform() < factor * probability };
    });
  };

  it('is called in 1 % of 1 000 sound samples at p < .01, and in each where harm is twice as likely as predicted', () => {
    const share = (factor: number) =>
      Array.from({ length: 1000 }, (_, seed) => calibrationDrift(predictions(seed, factor))).filter(
        ({ pValue }) => pValue < 0.01,
      ).length / 1000;
    // Standard error .31 points.
    expect(share(1)).toBeLessThan(0.02);
    expect(share(2)).toBe(1);
  });

  it('says nothing about fewer than twenty', () => {
    expect(calibrationDrift(golden.slice(0, 19))).toEqual({ bins: [], pValue: 1 });
  });
});
