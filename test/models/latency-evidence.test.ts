import { describe, expect, it } from 'vitest';
import { durationBinOf } from '../../domain/index.ts';
import {
  addFading,
  addRateWindow,
  type DurationSketch,
  EMPTY_SKETCH,
  emptyRateEvidence,
  fadeSketch,
  flatSketch,
  harmTest,
  LATENCY_ETA,
  mergeSketches,
  quantileBins,
  slowCounts,
  slowThresholds,
  unitsAboveBins,
  unitsInSketch,
} from '../../models/index.ts';

const sketchOf = (durationsMs: readonly number[]): DurationSketch =>
  durationsMs.map((ms): DurationSketch => ({ [durationBinOf(ms)]: 1 })).reduce(mergeSketches, {});

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

describe('a sketch of durations', () => {
  it('finds the bin of a quantile, below a millisecond too', () => {
    expect(quantileBins(flatSketch(sketchOf(upTo(1000))), [0.5])?.[0]).toBe(durationBinOf(500));
    expect(quantileBins(flatSketch(sketchOf(upTo(1000))), [0.95])?.[0]).toBe(durationBinOf(950));
    expect(quantileBins(flatSketch(sketchOf([0.05, 0.05, 40])), [0.5])?.[0]).toBe(durationBinOf(0.05));
    expect(quantileBins(EMPTY_SKETCH, [0.5])?.[0]).toBeUndefined();
  });

  it('is the same whether units were counted together or apart', () => {
    expect(mergeSketches(sketchOf(upTo(70)), sketchOf(upTo(30)))).toEqual(sketchOf([...upTo(70), ...upTo(30)]));
  });

  it('fades without moving its quantiles, and forgets what has faded away', () => {
    const sketch = flatSketch(sketchOf(upTo(1000)));
    const faded = addFading(sketch, EMPTY_SKETCH, { fading: 0.25 });
    expect(unitsInSketch(faded)).toBeCloseTo(250, 9);
    expect(quantileBins(faded, [0.95])?.[0]).toBe(durationBinOf(950));
    expect(addFading(sketch, EMPTY_SKETCH, { fading: 1e-9 })).toEqual(EMPTY_SKETCH);
    expect(fadeSketch(sketchOf(upTo(1000)), 1e-9)).toEqual({});
  });

  it('is the same whether it is added flat or merged and then made flat', () => {
    const [older, newer] = [sketchOf([0.05, 3, 3, 700]), sketchOf([0.02, 3, 90])];
    const merged = mergeSketches(fadeSketch(older, 0.5), fadeSketch(newer, 0.25));
    expect(addFading(flatSketch(older), flatSketch(newer), { fading: 0.5, weight: 0.25 })).toEqual(flatSketch(merged));
    expect(flatSketch(merged).bins).toEqual([0.02, 0.05, 3, 90, 700].map(durationBinOf));
  });

  it('counts the units above a bin', () => {
    expect(unitsAboveBins(flatSketch(sketchOf([0.05, 10, 100, 1000])), [durationBinOf(10)])[0]).toBe(2);
  });
});

describe('slow units', () => {
  it('count for half, because the same unit may be slow again in the next window', () => {
    const logE = (eta: number) => {
      const test = harmTest({ goodDirection: 'lower', margin: 0.1, eta });
      const window = { nT: 100, nC: 900, xT: 40, xC: 45 };
      return addRateWindow(test, emptyRateEvidence(test), window).logRatios[0]!;
    };
    expect(logE(LATENCY_ETA)).toBeCloseTo(logE(1) / 2, 12);
  });

  it('have no threshold before 200 control units were seen', () => {
    expect(slowThresholds(flatSketch(sketchOf(upTo(199))))).toBeUndefined();
    expect(slowThresholds(flatSketch(sketchOf(upTo(200))))).toEqual([100, 190, 198].map(durationBinOf));
  });

  it('are counted above the same thresholds on both sides', () => {
    const thresholds = [100, 190, 198].map(durationBinOf);
    const counts = slowCounts(
      thresholds,
      flatSketch(sketchOf([50, 150, 400])),
      flatSketch(sketchOf([50, 60, 70, 400])),
    );
    expect(counts).toEqual([
      { nT: 3, nC: 4, xT: 2, xC: 1 },
      { nT: 3, nC: 4, xT: 1, xC: 1 },
      { nT: 3, nC: 4, xT: 1, xC: 1 },
    ]);
  });
});
