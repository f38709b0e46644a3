import { describe, expect, it } from 'vitest';
import { addDenseWindow, emptyDenseRateEvidence, logDenseEValue } from '../../models/dense-rate-evidence.ts';
import { type DenseRateTest, type DenseRateTestOptions, denseRateTest } from '../../models/dense-rate-test.ts';
import type { WindowCounts } from '../../models/mixture-test.ts';
import { logOneSidedMixture, mixturePrecision } from '../../models/normal-mixture.ts';
import golden from './golden.json' with { type: 'json' };
import { type SeededDraws, seededDraws } from './seeded-draws.ts';

const windowOf = ([nT, nC, xT, xC]: readonly number[]): WindowCounts => ({ nT: nT!, nC: nC!, xT: xT!, xC: xC! });

const windows = golden.windows.map(windowOf);

const testOf = (options: Partial<DenseRateTestOptions> = {}): DenseRateTest =>
  denseRateTest({ goodDirection: 'lower', margin: 0, dispersion: 1, alpha: 0.05, ...options });

const evidenceOf = (test: DenseRateTest, counts: readonly WindowCounts[]) =>
  counts.reduce((evidence, window) => addDenseWindow(test, evidence, window), emptyDenseRateEvidence());

/** Golden values are those of a known dispersion: the sums under test, with φ Σv in place of Σ φ_t v_t. */
const logEAtKnownDispersion = (phi: number, after: number) => {
  const { spread } = evidenceOf(testOf({ dispersion: phi }), windows.slice(0, after));
  return logOneSidedMixture({ s: spread.d, v: phi * spread.v, rho: testOf({ dispersion: phi }).rho });
};

describe('the bound for dense rates', () => {
  it('has the golden precisions, mixture and line', () => {
    expect(mixturePrecision(100, 0.05)).toBeCloseTo(12.6005609793, 10);
    expect(testOf().rho).toBeCloseTo(15.8006349069, 10);
    expect(logOneSidedMixture({ s: 10, v: 100, rho: testOf().rho })).toBeCloseTo(-0.065023912429, 11);
    expect(logOneSidedMixture({ s: 27.6607088307, v: 100, rho: testOf().rho })).toBeCloseTo(Math.log(20), 9);
  });

  it('sums deviations and variances to the golden ones', () => {
    const { spread } = evidenceOf(testOf(), windows);
    expect(spread.d).toBeCloseTo(40.91, 10);
    expect(spread.v).toBeCloseTo(133.5771, 10);
  });

  it.each([
    { phi: 1, logE: [0.7991477687, 3.2597987049, 5.1715247968] },
    { phi: 3, logE: [0.3549075533, 1.1085221161, 1.4102577905] },
  ])('log M agrees with 40-digit arithmetic at dispersion $phi', ({ phi, logE }) => {
    logE.forEach((expected, t) => {
      expect(logEAtKnownDispersion(phi, t + 1)).toBeCloseTo(expected, 9);
    });
  });

  it('believes the historic dispersion in the first window, so its log M is the golden one', () => {
    const test = testOf({ dispersion: 3 });
    expect(logDenseEValue(test, evidenceOf(test, windows.slice(0, 1)))).toBeCloseTo(0.3549075533, 9);
  });

  it('says nothing before the first window', () => {
    expect(logDenseEValue(testOf(), emptyDenseRateEvidence())).toBeCloseTo(0, 14);
  });

  it('an empty side changes nothing, a window without events changes no evidence', () => {
    const test = testOf();
    const before = evidenceOf(test, windows);
    expect(addDenseWindow(test, before, { nT: 0, nC: 5000, xT: 0, xC: 20 })).toBe(before);
    expect(addDenseWindow(test, before, { nT: 5000, nC: 0, xT: 20, xC: 0 })).toBe(before);
    const after = addDenseWindow(test, before, { nT: 500, nC: 500, xT: 0, xC: 0 });
    expect(logDenseEValue(test, after)).toBe(logDenseEValue(test, before));
    expect(after.totals).toEqual({ ...before.totals, nT: before.totals.nT + 500, nC: before.totals.nC + 500 });
  });

  it('keeps what a window was weighed with: later windows do not rewrite its variance', () => {
    const test = testOf();
    const quiet = evidenceOf(test, windows);
    const wild = addDenseWindow(test, quiet, { nT: 50_000, nC: 50_000, xT: 900, xC: 100 });
    expect(wild.variance - quiet.variance).toBeLessThan(250 * 1.5);
    const next = addDenseWindow(test, wild, { nT: 50_000, nC: 50_000, xT: 500, xC: 500 });
    expect(next.variance - wild.variance).toBeGreaterThan(250 * 1.5);
  });

  it('survives serialisation', () => {
    const test = testOf({ dispersion: 2 });
    const evidence = evidenceOf(test, windows);
    expect(JSON.parse(JSON.stringify({ test, evidence }))).toEqual({ test, evidence });
  });

  it('counts the events beyond what control would have had in the same windows', () => {
    const { excessEvents } = evidenceOf(testOf(), [
      { nT: 100, nC: 900, xT: 9, xC: 45 },
      { nT: 500, nC: 500, xT: 5, xC: 5 },
    ]);
    expect(excessEvents).toBeCloseTo(4, 12);
  });

  it('expects at the margin what the margin allows: no deviation at r0 in either direction', () => {
    const up = testOf({ margin: 0.1 });
    const atUp = { nT: 1000, nC: 4000, xT: 110, xC: 400 };
    expect(evidenceOf(up, [atUp]).spread.d).toBeCloseTo(0, 12);
    const down = testOf({ goodDirection: 'higher', margin: 0.1 });
    const atDown = { nT: 1000, nC: 4000, xT: 90, xC: 400 };
    expect(evidenceOf(down, [atDown]).spread.d).toBeCloseTo(0, 12);
  });

  it('where events are good fewer of them are the harm', () => {
    const test = testOf({ goodDirection: 'higher' });
    const logE = (xT: number) => logDenseEValue(test, evidenceOf(test, [{ nT: 10_000, nC: 10_000, xT, xC: 1000 }]));
    expect(logE(800)).toBeGreaterThan(Math.log(20));
    expect(logE(1200)).toBeLessThan(0);
  });

  it('stays a number when treatment is better by any amount', () => {
    const test = testOf();
    const evidence = evidenceOf(test, [{ nT: 1e9, nC: 1e9, xT: 0, xC: 1e9 }]);
    expect(Number.isFinite(logDenseEValue(test, evidence))).toBe(true);
    expect(logDenseEValue(test, evidence)).toBeLessThan(-10);
  });

  it('takes several events of one exposure, and refuses counts that cannot be', () => {
    const add = (counts: WindowCounts) => () => addDenseWindow(testOf(), emptyDenseRateEvidence(), counts);
    expect(add({ nT: 10, nC: 10, xT: 30, xC: 0 })).not.toThrow();
    expect(add({ nT: 0, nC: 10, xT: 1, xC: 0 })).toThrow('impossible window: 1 of 0 in treatment');
    expect(add({ nT: 10, nC: 10, xT: Number.NaN, xC: 0 })).toThrow('impossible window');
    expect(add({ nT: 10, nC: 10, xT: 0, xC: -1 })).toThrow('impossible window');
    expect(add({ nT: Number.POSITIVE_INFINITY, nC: 10, xT: 0, xC: 1 })).toThrow('impossible window');
  });

  it.each([
    { margin: -0.1 },
    { margin: Number.NaN },
    { margin: 1, goodDirection: 'higher' as const },
    { dispersion: 0 },
    { dispersion: Number.POSITIVE_INFINITY },
    { alpha: 0 },
    { alpha: 0.5 },
    { sharpestAt: 0 },
  ])('refuses a test that cannot be: %o', (options) => {
    expect(() => testOf(options)).toThrow('impossible test');
  });

  it('gives no credit for less than Poisson variation', () => {
    expect(testOf({ dispersion: 0.3 })).toEqual(testOf({ dispersion: 1 }));
  });
});

/** A rate of half a per cent at about 600 exposures a window, on a daily cycle; events come alone or in bursts. */
interface World {
  readonly test: DenseRateTest;
  readonly relativeRisk: number;
  readonly isBursty: boolean;
  readonly windows: number;
  readonly coverage: (window: number) => number;
}

/** Geometric with mean 3, for which φ = E[B²]/E[B] = 5. */
const burst = (draws: SeededDraws) => 1 + Math.floor(Math.log(draws.uniform()) / Math.log(2 / 3));

function eventsOf(draws: SeededDraws, mean: number, isBursty: boolean): number {
  const count = draws.poisson(mean);
  return isBursty ? Array.from({ length: count }, () => burst(draws)).reduce((sum, size) => sum + size, 0) : count;
}

/** The window in which E first reaches 1/0.05; undefined if it never does. */
function firesAt(world: World, draws: SeededDraws): number | undefined {
  let evidence = emptyDenseRateEvidence();
  for (let t = 0; t < world.windows; t += 1) {
    const load = 600 * (1 + 0.5 * Math.sin((2 * Math.PI * (t + 300)) / 1440));
    const rate = 0.005 * (1 + 0.5 * Math.sin((2 * Math.PI * t) / 1440));
    const [nT, nC] = [draws.poisson(load * world.coverage(t)), draws.poisson(load * (1 - world.coverage(t)))];
    const xT = eventsOf(draws, nT * rate * world.relativeRisk, world.isBursty);
    const xC = eventsOf(draws, nC * rate, world.isBursty);
    evidence = addDenseWindow(world.test, evidence, { nT, nC, xT, xC });
    if (logDenseEValue(world.test, evidence) >= Math.log(1 / 0.05)) return t;
  }
  return undefined;
}

const rollouts = (world: World, count: number) =>
  Array.from({ length: count }, (_, rollout) => firesAt(world, seededDraws(7000 + rollout)));

const shareFired = (fired: readonly (number | undefined)[]) =>
  fired.filter((window) => window !== undefined).length / fired.length;

const medianWindow = (fired: readonly (number | undefined)[]) =>
  fired.filter((window) => window !== undefined).sort((a, b) => a - b)[
    Math.floor(shareFired(fired) * fired.length * 0.5)
  ]!;

const ramp = (windowsPerStage: number) => (t: number) =>
  [0.01, 0.05, 0.1, 0.25, 0.5][Math.min(4, Math.floor(t / windowsPerStage))]!;

describe('the bound for dense rates in null worlds, at α = 0.05 (standard error of 1 000 rollouts: 0.7 points)', () => {
  const world = { relativeRisk: 1, windows: 500, coverage: ramp(100) };

  it('independent events keep to the error', () => {
    const share = shareFired(rollouts({ ...world, test: testOf(), isBursty: false }, 1000));
    expect(share).toBeGreaterThan(0.005);
    expect(share).toBeLessThan(0.045);
  });

  it('bursts with a dispersion of 5 keep to the error when history knows of them', () => {
    const share = shareFired(rollouts({ ...world, test: testOf({ dispersion: 5 }), isBursty: true }, 1000));
    expect(share).toBeGreaterThan(0.01);
    expect(share).toBeLessThan(0.06);
  });

  it('bursts that history takes for independent events break the error, since the first windows believe history', () => {
    const share = shareFired(rollouts({ ...world, test: testOf({ dispersion: 1 }), isBursty: true }, 400));
    expect(share).toBeGreaterThan(0.1);
    expect(share).toBeLessThan(0.28);
  });

  it('at the margin itself keeps to the error, and inside it fires less', () => {
    const test = testOf({ dispersion: 5, margin: 0.1 });
    const shareAt = (relativeRisk: number) =>
      shareFired(rollouts({ ...world, test, relativeRisk, isBursty: true }, 500));
    expect(shareAt(1.1)).toBeLessThan(0.06);
    expect(shareAt(1)).toBeLessThan(0.035);
  });
});

describe('the bound for dense rates against harm, hourly steps of the ramp', () => {
  const world = { windows: 1440, coverage: ramp(60) };

  it.each([
    { relativeRisk: 1.25, isBursty: false, dispersion: 1, from: 190, to: 280 },
    { relativeRisk: 5, isBursty: false, dispersion: 1, from: 40, to: 60 },
    { relativeRisk: 1.25, isBursty: true, dispersion: 5, from: 240, to: 360 },
    { relativeRisk: 2, isBursty: true, dispersion: 5, from: 85, to: 120 },
  ])('×$relativeRisk with dispersion $dispersion is found by window $from to $to', (row) => {
    const fired = rollouts({ ...world, ...row, test: testOf({ dispersion: row.dispersion }) }, 150);
    expect(shareFired(fired)).toBeGreaterThan(0.95);
    expect(medianWindow(fired)).toBeGreaterThan(row.from);
    expect(medianWindow(fired)).toBeLessThan(row.to);
  });

  it('finds events of use that fell by half, and never objects to more of them', () => {
    const test = testOf({ goodDirection: 'higher', margin: 0.05, dispersion: 5 });
    const share = (relativeRisk: number, count: number) =>
      shareFired(rollouts({ ...world, test, relativeRisk, isBursty: true }, count));
    expect(share(0.5, 80)).toBeGreaterThan(0.9);
    expect(share(1.3, 80)).toBeLessThan(0.02);
  });
});
