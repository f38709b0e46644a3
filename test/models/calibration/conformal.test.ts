import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bandThreshold,
  calibrationTableOf,
  conformalRank,
  conformalThreshold,
  NO_CALIBRATION,
  runPValue,
  type TrafficBand,
  trafficBandOf,
} from '../../../models/index.ts';
import { seededDraws } from '../seeded-draws.ts';

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('a run-level threshold', () => {
  it('is the golden order statistic', () => {
    expect(conformalRank(960, 0.01)).toBe(952);
    expect(conformalThreshold(upTo(960), 0.01)).toBe(952);
    expect(conformalThreshold(upTo(99), 0.01)).toBe(99);
    expect(conformalThreshold(upTo(98), 0.01)).toBe(Number.POSITIVE_INFINITY);
  });

  it('has the rank that exact arithmetic has', () => {
    const isExact = (runs: number, percent: number) => {
      // ⌈(N+1)(100−a)/100⌉ in integers.
      expect(conformalRank(runs, percent / 100)).toBe(Math.floor(((runs + 1) * (100 - percent) + 99) / 100));
    };
    fc.assert(fc.property(fc.nat(20_000), fc.integer({ min: 0, max: 99 }), isExact), { seed: 1, numRuns: 500 });
  });

  it('never alarms at α = 0, and without runs', () => {
    expect(conformalThreshold(upTo(1000), 0)).toBe(Number.POSITIVE_INFINITY);
    expect(conformalThreshold([], 0.5)).toBe(Number.POSITIVE_INFINITY);
  });

  it('is passed by as many benign runs as it promises', () => {
    const [draws, alpha, repetitions] = [seededDraws(5), 0.05, 4000];
    let alarms = 0;
    for (let round = 0; round < repetitions; round += 1) {
      const maxima = Array.from({ length: 59 }, () => draws.normal()).sort((a, b) => a - b);
      if (draws.normal() > conformalThreshold(maxima, alpha)) alarms += 1;
    }
    // 60 · .95 = 57 is a whole number, so the share is α exactly; four standard errors.
    expect(Math.abs(alarms / repetitions - alpha)).toBeLessThan(4 * Math.sqrt((alpha * (1 - alpha)) / repetitions));
  });
});

describe('the p-value of a run', () => {
  it('counts the runs that went as far, and itself', () => {
    expect(runPValue([1, 2, 3, 4], 3)).toBe(3 / 5);
    expect(runPValue([1, 2, 3, 4], 9)).toBe(1 / 5);
    expect(runPValue([], 9)).toBe(1);
  });

  it('is at most α exactly where the threshold at α is passed', () => {
    const agrees = (values: readonly number[], maximum: number, percent: number) => {
      const maxima = [...new Set(values)].sort((a, b) => a - b);
      fc.pre(!maxima.includes(maximum));
      expect(runPValue(maxima, maximum) <= percent / 100 + 1e-12).toBe(
        maximum > conformalThreshold(maxima, percent / 100),
      );
    };
    const aScore = fc.integer({ min: -50, max: 50 });
    const arbitraries = [fc.array(aScore, { maxLength: 60 }), aScore, fc.integer({ min: 1, max: 40 })] as const;
    fc.assert(fc.property(...arbitraries, agrees), { seed: 2, numRuns: 500 });
  });
});

describe('the traffic band', () => {
  const minutes = (units: number) => Array.from({ length: 10 }, () => units);

  it('is that of the median of ten minutes, which one spike does not move', () => {
    expect([199, 200, 5000, 5001].map((units) => trafficBandOf(minutes(units)))).toEqual([
      'low',
      'medium',
      'medium',
      'high',
    ]);
    expect(trafficBandOf([1e9, ...minutes(100)])).toBe('low');
    expect(trafficBandOf([...minutes(100), 1e9, 1e9, 1e9])).toBe('low');
  });

  it('is not known before ten minutes are over', () => {
    expect(trafficBandOf(minutes(100).slice(1))).toBeUndefined();
  });
});

describe('thresholds by traffic', () => {
  const runs = (band: TrafficBand, maxima: readonly number[]) => maxima.map((maximum) => ({ band, maximum }));
  const shifted = (count: number, by: number) => upTo(count).map((value) => value / count + by);

  it('are those of the band where it has enough runs', () => {
    const table = calibrationTableOf([...runs('low', shifted(99, 10)), ...runs('high', shifted(99, 0).reverse())]);
    expect(bandThreshold(table, 'low', 0.01)).toBe(11);
    expect(bandThreshold(table, 'high', 0.01)).toBe(1);
    expect(bandThreshold(table, undefined, 0.01)).toBe(table.pooled[conformalRank(198, 0.01) - 1]);
  });

  it('are not below the pooled one where there is least traffic, which scores of next to no traffic say little of', () => {
    const table = calibrationTableOf([...runs('low', shifted(99, 0)), ...runs('medium', shifted(99, 10))]);
    expect(bandThreshold(table, 'low', 0.01)).toBe(bandThreshold(table, undefined, 0.01));
    expect(bandThreshold(table, 'low', 0.01)).toBeGreaterThan(10);
  });

  it('take the larger of the pooled one and that of the next band with less traffic for a band that is too small', () => {
    const wild = calibrationTableOf([
      ...runs('low', shifted(99, 10)),
      ...runs('medium', shifted(98, 0)),
      ...runs('high', shifted(300, 0)),
    ]);
    expect(bandThreshold(wild, undefined, 0.01)).toBeLessThan(11);
    expect(bandThreshold(wild, 'medium', 0.01)).toBe(11);
    const calm = calibrationTableOf([
      ...runs('low', shifted(99, 0)),
      ...runs('medium', shifted(98, 0)),
      ...runs('high', shifted(300, 20)),
    ]);
    expect(bandThreshold(calm, 'medium', 0.01)).toBe(bandThreshold(calm, undefined, 0.01));
    expect(bandThreshold(calm, 'medium', 0.01)).toBeGreaterThan(20);
  });

  it('look upwards for the band with the least traffic', () => {
    const table = calibrationTableOf([...runs('low', shifted(300, 0).slice(0, 98)), ...runs('medium', shifted(99, 5))]);
    expect(bandThreshold(table, 'low', 0.01)).toBe(6);
  });

  it('fall back on the pooled one alone, and alarm never where that is too small too', () => {
    const small = calibrationTableOf([...runs('low', shifted(60, 3)), ...runs('high', shifted(60, 0))]);
    expect(bandThreshold(small, 'low', 0.01)).toBe(bandThreshold(small, undefined, 0.01));
    expect(bandThreshold(small, 'low', 0.001)).toBe(Number.POSITIVE_INFINITY);
    expect(bandThreshold(NO_CALIBRATION, 'low', 0.01)).toBe(Number.POSITIVE_INFINITY);
  });
});
