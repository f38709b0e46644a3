import { describe, expect, it } from 'vitest';
import { exposuresNeeded } from '../../models/data-needed.ts';
import { addRateWindow, emptyRateEvidence, excessTest, logEValue, type MixtureTest } from '../../models/index.ts';
import { unitsNeeded } from '../../models/value-data-needed.ts';
import { addValueWindow, emptyValueEvidence } from '../../models/value-evidence.ts';
import { valueInterval } from '../../models/value-interval.ts';
import golden from './golden-intervals.json' with { type: 'json' };
import { seededDraws } from './seeded-draws.ts';

const line = Math.log(20);
const plain = excessTest(1, 'above', 1);
const needed = (test: MixtureTest, rho: number, r: number, baseRate = 1) =>
  exposuresNeeded(test, emptyRateEvidence(test), line, { rho, baseRate, r });

describe('how much more data a verdict about a rate needs', () => {
  it('is the growth formula where one alternative does all the work', () => {
    for (const [share, events] of Object.entries(golden.eventsNeeded.byShare)) {
      golden.eventsNeeded.r.forEach((r, index) => {
        const oneOfSixteen: MixtureTest = { r0: 1, r: [r], pi: [1 / 16], eta: 1 };
        // The table has two digits at its sparse end.
        expect(Math.abs(needed(oneOfSixteen, Number(share), r) / events[index]! - 1)).toBeLessThan(0.02);
      });
    }
  });

  it('is less with a whole grid, whose alternatives help each other', () => {
    for (const [share, events] of Object.entries(golden.eventsNeeded.byShare)) {
      golden.eventsNeeded.r.forEach((r, index) => {
        const ratio = needed(plain, Number(share), r) / events[index]!;
        expect(ratio).toBeGreaterThan(0.6);
        expect(ratio).toBeLessThan(1.02);
      });
    }
  });

  it('is a little more than the median of simulated rollouts takes: chance helps every second one', () => {
    const [rho, r, exposures] = [0.1, 1.5, 1000];
    const firedAfter = Array.from({ length: 300 }, (_, seed) => {
      const draws = seededDraws(600 + seed);
      let evidence = emptyRateEvidence(plain);
      let windows = 0;
      for (; logEValue(plain, evidence) < line; windows += 1) {
        const [xT, xC] = [draws.poisson(exposures * rho * 0.005 * r), draws.poisson(exposures * (1 - rho) * 0.005)];
        evidence = addRateWindow(plain, evidence, { nT: exposures * rho, nC: exposures * (1 - rho), xT, xC });
      }
      return windows * exposures;
    }).sort((a, b) => a - b);
    const ratio = needed(plain, rho, r, 0.005) / firedAfter[150]!;
    expect(ratio).toBeGreaterThan(1);
    expect(ratio).toBeLessThan(1.4);
  });

  it('shrinks as evidence comes in, and is nothing once the line is reached', () => {
    const traffic = { rho: 0.5, baseRate: 0.005, r: 2 };
    const half = addRateWindow(plain, emptyRateEvidence(plain), { nT: 4000, nC: 4000, xT: 40, xC: 20 });
    const full = addRateWindow(plain, half, { nT: 8000, nC: 8000, xT: 80, xC: 40 });
    expect(exposuresNeeded(plain, half, line, traffic)).toBeLessThan(needed(plain, 0.5, 2, 0.005));
    expect(exposuresNeeded(plain, full, line, traffic)).toBe(0);
  });

  it('is never enough for harm that is not there, or where nothing ever happens', () => {
    expect(needed(plain, 0.5, 1)).toBe(Number.POSITIVE_INFINITY);
    expect(needed(plain, 0.5, 0.5)).toBe(Number.POSITIVE_INFINITY);
    expect(needed(plain, 0.5, 2, 0)).toBe(Number.POSITIVE_INFINITY);
  });

  it('is more where evidence counts for less', () => {
    const halved = excessTest(1, 'above', 0.5);
    expect(needed(halved, 0.1, 2) / needed(plain, 0.1, 2)).toBeCloseTo(2, 6);
  });
});

describe('how many more units an interval of a value needs', () => {
  const unitsOf = (n: number, mean: number) => ({ n, sum: n * mean, sumOfSquares: n * mean * mean + n * 25 });
  const history = { ...unitsOf(10_000, 10), nonZero: 10_000 };
  const afterWindows = (windows: number) => {
    let evidence = emptyValueEvidence(history);
    for (let t = 0; t < windows; t += 1) {
      evidence = addValueWindow(evidence, { treatment: unitsOf(50, 10), control: unitsOf(150, 10) });
    }
    return evidence;
  };
  const wanted = { halfWidth: 0.2, alpha: 0.05, sides: 2, rho: 0.25 } as const;

  it('is as many as it takes when they come', () => {
    const windows = Math.ceil(unitsNeeded(afterWindows(20), wanted) / 200);
    const widthAfter = (more: number) => {
      const { lower, upper } = valueInterval(afterWindows(20 + more), { alpha: 0.05, sides: 2 })!;
      return (upper - lower) / 2;
    };
    expect(windows).toBeGreaterThan(20);
    expect(widthAfter(windows)).toBeLessThan(0.2);
    // φ, unknown at first, has fallen meanwhile, so a little less would have done.
    expect(widthAfter(Math.floor(windows * 0.8))).toBeGreaterThan(0.2);
  });

  it('is fewer at a half than at a hundredth, and none when the interval is narrow already', () => {
    expect(unitsNeeded(afterWindows(20), { ...wanted, rho: 0.01 })).toBeCloseTo(
      (unitsNeeded(afterWindows(20), { ...wanted, rho: 0.5 }) * 0.25) / 0.0099,
      3,
    );
    expect(unitsNeeded(afterWindows(20), { ...wanted, halfWidth: 100 })).toBe(0);
  });

  it('is never enough without any spread to go by, or for no width at all', () => {
    expect(unitsNeeded(emptyValueEvidence(), wanted)).toBe(Number.POSITIVE_INFINITY);
    expect(unitsNeeded(afterWindows(20), { ...wanted, halfWidth: 0 })).toBe(Number.POSITIVE_INFINITY);
  });
});
