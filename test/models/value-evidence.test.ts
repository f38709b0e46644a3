import { describe, expect, it } from 'vitest';
import { asymptoticHalfWidth, sharpness } from '../../models/asymptotic-interval.ts';
import { logOneSidedMixture, mixturePrecision } from '../../models/normal-mixture.ts';
import {
  addValueWindow,
  type BothSides,
  emptyValueEvidence,
  hasEnoughValues,
  type ValueEvidence,
} from '../../models/value-evidence.ts';
import { precisionOf, valueInterval } from '../../models/value-interval.ts';
import { nonZeroUnits, type ValueSums } from '../../models/value-sums.ts';
import { logValueEValue, type ValueTest } from '../../models/value-test.ts';
import golden from './golden-intervals.json' with { type: 'json' };
import { type SeededDraws, seededDraws } from './seeded-draws.ts';

const line = Math.log(20);
const revenue: ValueTest = { goodDirection: 'higher', margin: 0.02 };

/** Sums of n units with exactly this mean and (unbiased) variance, none of them 0. */
function sumsOf(n: number, mean: number, variance: number): ValueSums {
  return { n, sum: n * mean, sumOfSquares: n * mean * mean + Math.max(0, n - 1) * variance, nonZero: n };
}

const evidenceOf = (windows: readonly BothSides<ValueSums>[], history = sumsOf(10_000, 10, 24)) =>
  windows.reduce(addValueWindow, emptyValueEvidence(history));

describe('the asymptotic confidence sequence', () => {
  it.each(golden.widths)('has the golden width at N = %d', (n, twoSided, oneSided) => {
    const width = (sides: 1 | 2) => asymptoticHalfWidth({ standardError: 1, n: n!, alpha: 0.05, sides });
    expect(Math.abs(width(2) - twoSided!)).toBeLessThan(5.1e-4);
    expect(Math.abs(width(1) - oneSided!)).toBeLessThan(5.1e-4);
  });

  it('has the golden ρ and the golden interval of a difference', () => {
    for (const [a, rho] of golden.sharpness) expect(sharpness(a!)).toBeCloseTo(rho!, 12);
    const { standardError, oneSidedLower, twoSided } = golden.difference;
    const half = (sides: 1 | 2) => asymptoticHalfWidth({ standardError, n: 10_000, alpha: 0.05, sides });
    expect(0.3 - half(1)).toBeCloseTo(oneSidedLower, 10);
    expect([0.3 - half(2), 0.3 + half(2)].map((end) => end.toFixed(10))).toEqual(
      twoSided.map((end) => end.toFixed(10)),
    );
  });

  it('and the e-value rest on the golden mixture', () => {
    for (const [a, rho] of golden.precision) expect(mixturePrecision(100, a!)).toBeCloseTo(rho!, 10);
    const { s, v, vStar, alpha, logM } = golden.oneSidedMixture;
    expect(logOneSidedMixture({ s, v, rho: mixturePrecision(vStar, 2 * alpha) })).toBeCloseTo(logM, 11);
  });
});

describe('evidence about a value', () => {
  const { treatment, control, standardError } = golden.difference;
  const goldenWindow = {
    treatment: sumsOf(treatment.n, treatment.mean, treatment.variance),
    control: sumsOf(control.n, control.mean, control.variance),
  };

  it('of one window has its standard error, but for the dispersion that is expected before any window', () => {
    const { standardError: found, n } = precisionOf(evidenceOf([goldenWindow]));
    expect(found / (standardError * Math.sqrt(1.2))).toBeCloseTo(1, 3);
    expect(n).toBeCloseTo(9600, 9);
    expect(valueInterval(evidenceOf([goldenWindow]), { alpha: 0.05, sides: 2 })!.difference).toBeCloseTo(0.3, 12);
  });

  it('compares inside windows: a mean that moves while coverage grows is no difference', () => {
    const windows = [0.01, 0.1, 0.5].map((share, t) => ({
      treatment: sumsOf(10_000 * share, 10 + 5 * t, 24),
      control: sumsOf(10_000 * (1 - share), 10 + 5 * t, 24),
    }));
    const interval = valueInterval(evidenceOf(windows), { alpha: 0.05, sides: 2 })!;
    expect(interval.difference).toBeCloseTo(0, 9);
    expect(interval.controlMean).toBeGreaterThan(17);
  });

  it('learns over-dispersion from earlier windows only, and forgets the prior when there is none', () => {
    const calm = Array.from({ length: 200 }, () => ({ treatment: sumsOf(200, 10, 24), control: sumsOf(200, 10, 24) }));
    const wild = calm.map((_, t) => ({
      treatment: sumsOf(200, 10 + (t % 2 === 0 ? 2 : -2), 24),
      control: sumsOf(200, 10, 24),
    }));
    const plain = Math.sqrt(24 / (200 * 100));
    const errorAfter = (windows: readonly BothSides<ValueSums>[]) => precisionOf(evidenceOf(windows)).standardError;
    expect(errorAfter(wild.slice(0, 1))).toBe(errorAfter(calm.slice(0, 1)));
    expect(errorAfter(calm) / plain).toBeLessThan(1.03);
    expect(errorAfter(wild) / plain).toBeGreaterThan(2.5);
  });

  it('never takes a few equal values for certainty', () => {
    const same = evidenceOf([{ treatment: sumsOf(3, 0, 0), control: sumsOf(3, 10, 0) }]);
    expect(precisionOf(same).standardError).toBeGreaterThan(1);
  });

  it('survives as JSON', () => {
    const evidence = evidenceOf([goldenWindow]);
    const revived = JSON.parse(JSON.stringify(evidence)) as ValueEvidence;
    expect(addValueWindow(revived, goldenWindow)).toEqual(addValueWindow(evidence, goldenWindow));
  });

  it('without history begins when control has told the scale', () => {
    const window = { treatment: sumsOf(50, 10, 24), control: sumsOf(150, 10, 24) };
    const [one, two, three] = [1, 2, 3].map((count) =>
      evidenceOf(
        Array.from({ length: count }, () => window),
        sumsOf(0, 0, 0),
      ),
    );
    expect([one!.base.n, one!.windowCount]).toEqual([150, 0]);
    expect([two!.base.n, two!.windowCount]).toEqual([300, 0]);
    expect([three!.base.n, three!.windowCount]).toEqual([300, 1]);
    expect(logValueEValue(revenue, two!)).toBe(0);
  });

  it('is not changed by a window with an empty side', () => {
    const before = evidenceOf([goldenWindow]);
    expect(addValueWindow(before, { treatment: sumsOf(0, 0, 0), control: sumsOf(50, 10, 24) })).toBe(before);
    expect(addValueWindow(before, { treatment: sumsOf(50, 10, 24), control: sumsOf(0, 0, 0) })).toBe(before);
  });

  it('refuses impossible sums, so that nothing can poison it', () => {
    const add = (sums: ValueSums) => () => evidenceOf([{ treatment: sums, control: sumsOf(10, 1, 1) }]);
    expect(add({ n: 2, sum: 10, sumOfSquares: 10 })).toThrow('impossible sums of values');
    expect(add({ n: -1, sum: 0, sumOfSquares: 0 })).toThrow('impossible sums');
    expect(add({ n: 5, sum: Number.NaN, sumOfSquares: 1 })).toThrow('impossible sums');
    expect(add({ n: 5, sum: 1, sumOfSquares: Number.POSITIVE_INFINITY })).toThrow('impossible sums');
    expect(add({ n: 5, sum: 1, sumOfSquares: 1, nonZero: 6 })).toThrow('impossible sums');
    expect(add({ n: 3, sum: 0.3, sumOfSquares: 0.03 })).not.toThrow();
  });

  it('counts at least the units that must be different from 0', () => {
    expect(nonZeroUnits({ n: 100, sum: 30, sumOfSquares: 300 })).toBe(3);
    expect(nonZeroUnits({ n: 100, sum: 30, sumOfSquares: 300, nonZero: 7 })).toBe(7);
    expect(nonZeroUnits({ n: 100, sum: 0, sumOfSquares: 0 })).toBe(0);
  });
});

describe('the e-value of a value', () => {
  const afterWindows = (windows: number, meanT: number, n = 100, nonZero = n) =>
    evidenceOf(
      Array.from({ length: windows }, () => ({
        treatment: { ...sumsOf(n, meanT, 24), nonZero },
        control: sumsOf(n, 10, 24),
      })),
    );

  it('fires for a mean beyond the margin on the bad side, and only there', () => {
    expect(logValueEValue(revenue, afterWindows(100, 9))).toBeGreaterThan(line);
    expect(logValueEValue(revenue, afterWindows(100, 9.9))).toBeLessThan(0);
    expect(logValueEValue(revenue, afterWindows(100, 11))).toBeLessThan(0);
    const duration: ValueTest = { goodDirection: 'lower', margin: 0.02 };
    expect(logValueEValue(duration, afterWindows(100, 11))).toBeGreaterThan(line);
    expect(logValueEValue(duration, afterWindows(100, 9))).toBeLessThan(0);
  });

  it('reads the margin of values below 0 the same way', () => {
    const losses = (meanT: number) =>
      evidenceOf(
        Array.from({ length: 100 }, () => ({ treatment: sumsOf(100, meanT, 24), control: sumsOf(100, -10, 24) })),
        sumsOf(10_000, -10, 24),
      );
    expect(logValueEValue(revenue, losses(-11))).toBeGreaterThan(line);
    expect(logValueEValue(revenue, losses(-10.1))).toBeLessThan(0);
  });

  it('says nothing against a treatment before 100 units and 5 values that are not 0', () => {
    expect(logValueEValue(revenue, afterWindows(1, 1, 99))).toBe(0);
    expect(logValueEValue(revenue, afterWindows(1, 1, 100, 4))).toBe(0);
    expect(logValueEValue(revenue, afterWindows(1, 1, 100, 5))).toBeGreaterThan(line);
    expect(valueInterval(afterWindows(1, 1, 99), { alpha: 0.05, sides: 2 })).toBeUndefined();
    expect(hasEnoughValues(afterWindows(1, 1, 100))).toBe(true);
  });

  it('does not depend on the unit of the value', () => {
    const scaled = (factor: number) =>
      logValueEValue(
        revenue,
        evidenceOf(
          [
            {
              treatment: sumsOf(300, 9 * factor, 24 * factor ** 2),
              control: sumsOf(900, 10 * factor, 24 * factor ** 2),
            },
          ],
          sumsOf(10_000, 10 * factor, 24 * factor ** 2),
        ),
      );
    expect(scaled(1e-6)).toBeCloseTo(scaled(1), 9);
    expect(scaled(1e10)).toBeCloseTo(scaled(1), 9);
  });

  it('never speaks for harm where the interval speaks against it, nor the other way round', () => {
    for (let seed = 0; seed < 300; seed += 1) {
      const draws = seededDraws(100 + seed);
      const [meanT, share, n] = [8 + 3 * draws.uniform(), 0.02 + 0.48 * draws.uniform(), 200 + 4000 * draws.uniform()];
      const [nT, nC] = [Math.ceil(n * share), Math.ceil(n * (1 - share))];
      const window = { treatment: sumsOf(nT, meanT, 24), control: sumsOf(nC, 10, 24) };
      const evidence = evidenceOf(Array.from({ length: 20 }, () => window));
      const interval = valueInterval(evidence, { alpha: 0.05, sides: 1 })!;
      const logE = logValueEValue(revenue, evidence);
      if (interval.upper < -0.2) expect(logE).toBeGreaterThan(0);
      if (interval.lower > -0.2) expect(logE).toBeLessThan(0);
      if (logE >= line) expect(interval.difference).toBeLessThan(-0.2);
    }
  });
});

/** A shop in which few units buy, some of them for a lot, more and dearer at some times of the day than at others. */
interface Shop {
  readonly test: ValueTest;
  readonly unitsPerWindow: number;
  /** Treatment's mean, relative to control's. */
  readonly effect: number;
  /** Standard deviation of the logarithm of what a buyer spends. */
  readonly sigma: number;
  /** The same for the treatment, whose mean it does not change. */
  readonly treatmentSigma?: number;
}

/** Shares of 250-window rollouts in which the e-value ever fires, and in which the interval ever misses the truth. */
function sharesOf(shop: Shop, rollouts: number): { readonly fired: number; readonly missed: number } {
  const outcomes = Array.from({ length: rollouts }, (_, rollout) => runShop(shop, seededDraws(20_000 + rollout)));
  const share = (of: (outcome: (typeof outcomes)[number]) => boolean) => outcomes.filter(of).length / rollouts;
  return { fired: share(({ isFired }) => isFired), missed: share(({ isMissed }) => isMissed) };
}

function runShop(shop: Shop, draws: SeededDraws): { readonly isFired: boolean; readonly isMissed: boolean } {
  let evidence = emptyValueEvidence();
  let [isFired, isMissed] = [false, false];
  for (let t = 0; t < 250; t += 1) {
    const coverage = [0.01, 0.05, 0.1, 0.25, 0.5][Math.floor(t / 50)]!;
    const day = Math.sin((2 * Math.PI * t) / 250);
    const load = shop.unitsPerWindow * (1 + 0.5 * day);
    const buying = 0.05 * (1 - 0.4 * Math.cos((2 * Math.PI * t) / 250));
    const spends = (mean: number, sigma: number) => ({ mean: mean * Math.exp(0.3 * day), sigma, buying });
    evidence = addValueWindow(evidence, {
      treatment: buyers(draws, load * coverage, spends(30 * shop.effect, shop.treatmentSigma ?? shop.sigma)),
      control: buyers(draws, load * (1 - coverage), spends(30, shop.sigma)),
    });
    isFired ||= logValueEValue(shop.test, evidence) >= line;
    const interval = valueInterval(evidence, { alpha: 0.05, sides: 2 });
    const truth = (shop.effect - 1) * (interval?.controlMean ?? 0);
    isMissed ||= interval !== undefined && (truth < interval.lower || truth > interval.upper);
  }
  return { isFired, isMissed };
}

/** Units of one side in one window; the gaps between those who buy are geometric. */
function buyers(
  draws: SeededDraws,
  expectedUnits: number,
  { mean, sigma, buying }: { readonly mean: number; readonly sigma: number; readonly buying: number },
): ValueSums {
  const n = draws.poisson(expectedUnits);
  const gap = () => Math.ceil(Math.log(draws.uniform()) / Math.log1p(-buying));
  let [sum, sumOfSquares, nonZero] = [0, 0, 0];
  for (let unit = gap(); unit <= n; unit += gap()) {
    const value = mean * Math.exp(sigma * draws.normal() - 0.5 * sigma * sigma);
    sum += value;
    sumOfSquares += value * value;
    nonZero += 1;
  }
  return { n, sum, sumOfSquares, nonZero };
}

describe('values in null worlds, at α = 0.05 (standard error of 500 rollouts: 1 point)', () => {
  const worlds = [
    { it: 'revenue that may fall', goodDirection: 'higher', sigma: 1, treatmentSigma: 1 },
    { it: 'a cost that may rise', goodDirection: 'lower', sigma: 1, treatmentSigma: 1 },
    { it: 'revenue with heavier tails', goodDirection: 'higher', sigma: 1.5, treatmentSigma: 1.5 },
    { it: 'a cost that becomes wilder, not higher', goodDirection: 'lower', sigma: 0.5, treatmentSigma: 0.8 },
    { it: 'revenue that becomes wilder, not lower', goodDirection: 'higher', sigma: 0.5, treatmentSigma: 0.8 },
  ] as const;

  it.each(worlds)('$it: fires in 5 % at most', ({ goodDirection, sigma, treatmentSigma }) => {
    const test: ValueTest = { goodDirection, margin: 0 };
    const { fired, missed } = sharesOf({ test, unitsPerWindow: 600, effect: 1, sigma, treatmentSigma }, 500);
    expect(fired).toBeLessThan(0.05);
    expect(missed).toBeLessThan(0.05);
  });

  it('is only asymptotic: where few buyers spend three times as wildly for the same mean, up to an eighth fires', () => {
    const test: ValueTest = { goodDirection: 'higher', margin: 0 };
    const shop = { test, unitsPerWindow: 600, effect: 1, sigma: 0.5, treatmentSigma: 1.2 };
    expect(sharesOf(shop, 500).fired).toBeLessThan(0.125);
  });

  it('a treatment exactly at the margin', () => {
    const test: ValueTest = { goodDirection: 'higher', margin: 0.1 };
    const { fired, missed } = sharesOf({ test, unitsPerWindow: 600, effect: 0.9, sigma: 1 }, 500);
    expect(fired).toBeLessThan(0.05);
    expect(missed).toBeLessThan(0.05);
  });

  it('finds revenue that fell by half in nearly every rollout, and never objects to more of it', () => {
    const shop = { test: revenue, unitsPerWindow: 600, sigma: 1 };
    expect(sharesOf({ ...shop, effect: 0.5 }, 100).fired).toBeGreaterThan(0.95);
    expect(sharesOf({ ...shop, effect: 1.3 }, 100).fired).toBe(0);
  });
});
