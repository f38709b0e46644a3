import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addMetric,
  DURATION_ACCURACY,
  durationBinMidMs,
  durationBinOf,
  durationBinUpperMs,
  MAX_DURATION_MS,
} from '../../domain/index.ts';
import { type DurationSketch, flatSketch, mergeSketches, quantileBins, unitsInSketch } from '../../models/index.ts';

const SEED = { seed: 20_240_611, numRuns: 300 };

/** Room for the rounding of logarithms at the edge of a bin. */
const ROUNDING = 1e-12;

const aDuration = fc.double({ min: 0.01, max: MAX_DURATION_MS, noNaN: true });
const skewed = aDuration.map((ms) => Math.max(0.01, MAX_DURATION_MS * (ms / MAX_DURATION_MS) ** 6));
const durations = fc.array(fc.oneof(aDuration, skewed), { minLength: 1, maxLength: 400 });

function sketchOf(durationsMs: readonly number[]): DurationSketch {
  const bins: Record<string, number> = {};
  for (const ms of durationsMs) bins[durationBinOf(ms)] = (bins[durationBinOf(ms)] ?? 0) + 1;
  return bins;
}

describe('a bin of durations', () => {
  it('holds what lies above its lower edge and up to its upper one, and is told by its middle to within 1 %', () => {
    const holds = (ms: number) => {
      const bin = durationBinOf(ms);
      expect(ms).toBeGreaterThan(durationBinUpperMs(bin - 1) * (1 - ROUNDING));
      expect(ms).toBeLessThanOrEqual(durationBinUpperMs(bin) * (1 + ROUNDING));
      expect(Math.abs(durationBinMidMs(bin) - ms) / ms).toBeLessThanOrEqual(DURATION_ACCURACY + ROUNDING);
    };
    fc.assert(fc.property(fc.oneof(aDuration, skewed), holds), SEED);
  });

  it('is off by the whole 1 % at its edges, not by more', () => {
    for (const bin of [-200, 0, 230, 900]) {
      const middle = durationBinMidMs(bin);
      expect(1 - middle / durationBinUpperMs(bin)).toBeCloseTo(DURATION_ACCURACY, 10);
      expect(middle / durationBinUpperMs(bin - 1) - 1).toBeCloseTo(DURATION_ACCURACY, 10);
    }
  });

  it('is the first or the last one for what is too short or too long to be told apart', () => {
    expect([0, -5, 0.001, 0.01].map(durationBinOf)).toEqual([-231, -231, -231, -231]);
    expect([MAX_DURATION_MS, Infinity].map(durationBinOf)).toEqual([913, 913]);
  });
});

describe('a sketch of durations', () => {
  it('gives every quantile to within 1 %', () => {
    const isClose = (durationsMs: readonly number[], p: number) => {
      const sorted = [...durationsMs].sort((a, b) => a - b);
      const exactMs = sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)]!;
      const shownMs = durationBinMidMs(quantileBins(flatSketch(sketchOf(durationsMs)), [p])![0]!);
      expect(Math.abs(shownMs - exactMs) / exactMs).toBeLessThanOrEqual(DURATION_ACCURACY + ROUNDING);
    };
    fc.assert(fc.property(durations, fc.double({ min: 0, max: 1, noNaN: true }), isClose), SEED);
  });

  it('of several parts is exactly the sketch of all their units, in whatever order they are merged', () => {
    const windowOf = (durationsMs: readonly number[]) =>
      ({ kind: 'duration', exposures: durationsMs.length, bins: sketchOf(durationsMs) }) as const;
    fc.assert(
      fc.property(durations, durations, durations, (a, b, c) => {
        const whole = sketchOf([...a, ...b, ...c]);
        expect(mergeSketches(mergeSketches(sketchOf(a), sketchOf(b)), sketchOf(c))).toEqual(whole);
        expect(mergeSketches(sketchOf(c), mergeSketches(sketchOf(b), sketchOf(a)))).toEqual(whole);
        expect(addMetric(addMetric(windowOf(b), windowOf(a)), windowOf(c))).toEqual(windowOf([...a, ...b, ...c]));
        expect(unitsInSketch(flatSketch(whole))).toBe(a.length + b.length + c.length);
      }),
      SEED,
    );
  });
});
