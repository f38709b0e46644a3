import { describe, expect, it } from 'vitest';
import {
  addRateWindow,
  emptyRateEvidence,
  excessTest,
  harmTest,
  logEValue,
  type MixtureTest,
  type WindowCounts,
} from '../../models/index.ts';
import golden from './golden.json' with { type: 'json' };
import { seededDraws } from './seeded-draws.ts';

const windowOf = ([nT, nC, xT, xC]: readonly number[]): WindowCounts => ({ nT: nT!, nC: nC!, xT: xT!, xC: xC! });

const evidenceOf = (test: MixtureTest, windows: readonly WindowCounts[]) =>
  windows.reduce((evidence, window) => addRateWindow(test, evidence, window), emptyRateEvidence(test));

describe('the mixture e-process', () => {
  it.each(golden.logE)('log E agrees with 40-digit arithmetic: $it', ({ r0, grid, eta, healthy, logE }) => {
    const windows = (healthy ? golden.healthyWindows : golden.windows).map(windowOf);
    const test = testOf(r0, grid, eta);
    const computed = logE.map((_, t) => logEValue(test, evidenceOf(test, windows.slice(0, t + 1))));
    computed.forEach((value, t) => {
      expect(value).toBeCloseTo(logE[t]!, 9);
    });
  });

  it('fires from the first integer that is enough, at every share of traffic', () => {
    const test = excessTest(1, 'above', 1);
    const { controlEvents, byShare } = golden.firstIntegersThatFire;
    for (const [share, firsts] of Object.entries(byShare)) {
      const nT = Number(share) * 1e8;
      const fires = (xT: number, xC: number) =>
        logEValue(test, evidenceOf(test, [{ nT, nC: 1e8 - nT, xT, xC }])) >= Math.log(1 / 0.05);
      controlEvents.forEach((xC, index) => {
        expect([xC, fires(firsts[index]! - 1, xC), fires(firsts[index]!, xC)]).toEqual([xC, false, true]);
      });
    }
  });

  it('a window with an empty side changes nothing, one without events changes no evidence', () => {
    const test = excessTest(1, 'above', 1);
    const before = evidenceOf(test, golden.windows.map(windowOf));
    expect(addRateWindow(test, before, { nT: 0, nC: 5000, xT: 0, xC: 20 })).toBe(before);
    expect(addRateWindow(test, before, { nT: 5000, nC: 0, xT: 20, xC: 0 })).toBe(before);
    const after = addRateWindow(test, before, { nT: 500, nC: 500, xT: 0, xC: 0 });
    expect(after.logRatios).toEqual(before.logRatios);
    expect(after.totals).toEqual({ ...before.totals, nT: before.totals.nT + 500, nC: before.totals.nC + 500 });
  });

  it('keeps the log-likelihood ratio of every alternative', () => {
    const { logRatios } = evidenceOf(excessTest(1, 'above', 1), golden.windows.map(windowOf));
    expect([logRatios[0], logRatios[7], logRatios[15]].map((value) => value!.toFixed(9))).toEqual([
      '1.835471140',
      '-1.737987738',
      '-782.186055552',
    ]);
  });

  it('counts the events beyond what control would have had in the same windows', () => {
    const { excessEvents } = evidenceOf(excessTest(1, 'above', 1), [
      { nT: 100, nC: 900, xT: 9, xC: 45 },
      { nT: 500, nC: 500, xT: 5, xC: 5 },
    ]);
    expect(excessEvents).toBeCloseTo(4, 12);
  });

  it('refuses impossible counts, so that nothing can poison the evidence', () => {
    const test = harmTest({ goodDirection: 'lower', margin: 0.1, eta: 1 });
    const add = (counts: WindowCounts) => () => addRateWindow(test, emptyRateEvidence(test), counts);
    expect(add({ nT: 10, nC: 10, xT: 11, xC: 0 })).toThrow('impossible window: 11 of 10');
    expect(add({ nT: 10, nC: 10, xT: Number.NaN, xC: 0 })).toThrow('impossible window');
    expect(add({ nT: 10, nC: 10, xT: 0, xC: -1 })).toThrow('impossible window');
  });

  it('uses the shipped alternatives for a margin of a tenth, and the excess grid otherwise', () => {
    const shipped = harmTest({ goodDirection: 'lower', margin: 0.1, eta: 1 });
    expect([shipped.r0, shipped.r.length]).toEqual([1.1, 6]);
    const fine = harmTest({ goodDirection: 'lower', margin: 0, eta: 1 });
    expect(fine.r[0]).toBeCloseTo(1.05, 12);
    expect(fine.r[1]).toBeCloseTo(1.07429431408, 11);
    // Half evenly, half where regressions of services lie.
    expect(Math.min(...fine.pi)).toBeCloseTo(1 / 32, 12);
    expect(Math.max(...fine.pi)).toBeCloseTo(1 / 32 + 0.25 / 2, 12);
    const down = harmTest({ goodDirection: 'higher', margin: 0.1, eta: 1 });
    expect(down.r0).toBeCloseTo(0.9, 12);
    expect(down.r.every((r) => r < down.r0)).toBe(true);
    for (const test of [shipped, fine, down]) expect(test.pi.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  });
});

/** The share of 500-window rollouts in which E ever reaches 1/0.05, in a world of changing load and base rate. */
function shareFired(world: {
  readonly test: MixtureTest;
  readonly rollouts: number;
  readonly relativeRisk: number;
  readonly coverage: (window: number, logE: number) => number;
  readonly isPooled?: boolean;
  readonly incident?: (window: number) => number;
}): number {
  let fired = 0;
  for (let rollout = 0; rollout < world.rollouts; rollout += 1) {
    if (everFires(world, seededDraws(1000 + rollout))) fired += 1;
  }
  return fired / world.rollouts;
}

function everFires(world: Parameters<typeof shareFired>[0], draws: ReturnType<typeof seededDraws>): boolean {
  const { test } = world;
  let evidence = emptyRateEvidence(test);
  let pooled: WindowCounts = { nT: 0, nC: 0, xT: 0, xC: 0 };
  let logE = 0;
  for (let t = 0; t < 250; t += 1) {
    const load = 600 * (1 + 0.5 * Math.sin((2 * Math.PI * t) / 250));
    const rate = 0.005 * (1 - 0.5 * Math.cos((2 * Math.PI * t) / 250)) * (world.incident?.(t) ?? 1);
    const coverage = world.coverage(t, logE);
    const xT = draws.poisson(load * coverage * rate * world.relativeRisk);
    const xC = draws.poisson(load * (1 - coverage) * rate);
    const window = { nT: Math.round(load * coverage) + xT, nC: Math.round(load * (1 - coverage)) + xC, xT, xC };
    pooled = sumOf(pooled, window);
    evidence = world.isPooled
      ? addRateWindow(test, emptyRateEvidence(test), pooled)
      : addRateWindow(test, evidence, window);
    logE = logEValue(test, evidence);
    if (logE >= Math.log(1 / 0.05)) return true;
  }
  return false;
}

const sumOf = (a: WindowCounts, b: WindowCounts): WindowCounts => ({
  nT: a.nT + b.nT,
  nC: a.nC + b.nC,
  xT: a.xT + b.xT,
  xC: a.xC + b.xC,
});

const steadyRamp = (t: number) => [0.01, 0.05, 0.1, 0.25, 0.5][Math.floor(t / 50)]!;

describe('the mixture e-process in null worlds, at α = 0.05 (standard error of 1 000 rollouts: 0.7 points)', () => {
  const plain = excessTest(1, 'above', 1);
  const shipped = harmTest({ goodDirection: 'lower', margin: 0.1, eta: 1 });

  it('fires in at most 5 % of A/A rollouts, and not never', () => {
    const share = shareFired({ test: plain, rollouts: 1000, relativeRisk: 1, coverage: steadyRamp });
    expect(share).toBeGreaterThan(0.001);
    expect(share).toBeLessThan(0.05);
  });

  it('fires no more often with masses that lean on where regressions lie', () => {
    const test = harmTest({ goodDirection: 'lower', margin: 0, eta: 1 });
    expect(shareFired({ test, rollouts: 500, relativeRisk: 1, coverage: steadyRamp })).toBeLessThan(0.05);
  });

  it('costs nothing for the composite null: at the margin 5 % at most, inside it less', () => {
    const atMargin = shareFired({ test: shipped, rollouts: 500, relativeRisk: 1.1, coverage: steadyRamp });
    const inside = shareFired({ test: shipped, rollouts: 500, relativeRisk: 0.9, coverage: steadyRamp });
    expect(atMargin).toBeLessThan(0.05);
    expect(inside).toBeLessThanOrEqual(atMargin);
  });

  it('stays valid when the ramp plays against it', () => {
    const jumpsWhenHigh = (_: number, logE: number) => (logE > Math.log(3) ? 0.5 : 0.02);
    const fleesWhenHigh = (_: number, logE: number) => (logE > 0 ? 0.01 : 0.5);
    for (const coverage of [jumpsWhenHigh, fleesWhenHigh]) {
      expect(shareFired({ test: plain, rollouts: 400, relativeRisk: 1, coverage })).toBeLessThan(0.05);
    }
  });

  it('stays valid through an incident that multiplies the errors of both sides by ten', () => {
    const incident = (t: number) => (t >= 190 && t < 220 ? 10 : 1);
    expect(shareFired({ test: plain, rollouts: 400, relativeRisk: 1, coverage: steadyRamp, incident })).toBeLessThan(
      0.05,
    );
  });

  it('pooling the same windows would take a ramp during an incident for harm', () => {
    const world = { test: plain, rollouts: 100, relativeRisk: 1, coverage: steadyRamp };
    const incident = (t: number) => (t >= 190 ? 10 : 1);
    expect(shareFired({ ...world, incident, isPooled: true })).toBeGreaterThan(0.9);
    expect(shareFired({ ...world, incident })).toBeLessThan(0.1);
  });

  it('finds doubled errors in nearly every rollout', () => {
    expect(shareFired({ test: plain, rollouts: 100, relativeRisk: 2, coverage: steadyRamp })).toBeGreaterThan(0.95);
  });

  it('finds conversions that fell by half, and never objects to more of them', () => {
    const test = harmTest({ goodDirection: 'higher', margin: 0.05, eta: 1 });
    expect(shareFired({ test, rollouts: 100, relativeRisk: 0.5, coverage: steadyRamp })).toBeGreaterThan(0.9);
    expect(shareFired({ test, rollouts: 200, relativeRisk: 1.3, coverage: steadyRamp })).toBeLessThan(0.02);
  });
});

function testOf(r0: number, grid: string, eta: number): MixtureTest {
  const above = excessTest(r0, 'above', eta);
  switch (grid) {
    case 'above':
      return above;
    case 'below':
      return excessTest(r0, 'below', eta);
    case 'geometric':
      return { ...above, r: above.r.map((_, k) => r0 * 1.05 * (20 / 1.05) ** (k / 15)) };
    case 'learned': {
      const density = above.r.map((r) => Math.exp(-0.5 * ((Math.log(r) - Math.LN2) / 0.5) ** 2));
      const total = density.reduce((a, b) => a + b);
      return { ...above, pi: density.map((value) => 0.2 / 16 + (0.8 * value) / total) };
    }
    default:
      throw new Error(`unknown grid ${grid}`);
  }
}
