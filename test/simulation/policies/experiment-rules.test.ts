import { describe, expect, it } from 'vitest';
import { matchedArms } from '../../../simulation/policies/arms/matched-arms.ts';
import {
  type ArmWindow,
  betaMixtureTest,
  type GrowthBookSettings,
  growthBook,
  type LaunchDarklySettings,
  launchDarkly,
  lindonMalekTest,
  naiveZ,
  type StatsigSettings,
  statsig,
} from '../../../simulation/policies/index.ts';
import { anArm, endOf, MINUTE_MS, type Minute, movesOf, play, steady } from './play.ts';

/** Half and half from the start, so that the control needs no draw. */
const HALF = { stages: [50_000], dwellMs: 60 * MINUTE_MS };
const LADDER = { stages: [10_000, 50_000], dwellMs: 20 * MINUTE_MS };
const arms =
  (treatment: Partial<ArmWindow>, control: Partial<ArmWindow>): Minute =>
  () => ({ treatment: anArm(treatment), control: anArm(control) });
const SAME = arms({ exposures: 1000, errors: 10 }, { exposures: 1000, errors: 10 });
const WORSE = arms({ exposures: 1000, errors: 20 }, { exposures: 1000, errors: 10 });

const GROWTHBOOK: GrowthBookSettings = {
  ladder: HALF,
  guardrails: ['errors'],
  signals: [],
  refreshMs: 15 * MINUTE_MS,
  alpha: 0.05,
  onMismatch: 'hold',
  minUnits: 0,
  minMetricTotal: 150,
  minRelativeHarm: 0.005,
};

describe('GrowthBook', () => {
  it('keeps a lost guardrail waiting for the end of the interval', () => {
    expect(endOf(play(growthBook(GROWTHBOOK), 200, WORSE))).toEqual(['rollback', 60]);
    const quick = { ...GROWTHBOOK, ladder: { ...HALF, dwellMs: 15 * MINUTE_MS } };
    expect(endOf(play(growthBook(quick), 200, WORSE))).toEqual(['rollback', 15]);
  });

  it('steps only on an analysis that is newer than the interval', () => {
    const odd = growthBook({ ...GROWTHBOOK, refreshMs: 25 * MINUTE_MS });
    expect(movesOf(play(odd, 200, SAME))).toEqual([[75, 100]]);
  });

  it('judges a guardrail before the sample ratio, and the sample ratio before the step', () => {
    const skewed = arms({ exposures: 800, errors: 8 }, { exposures: 1000, errors: 10 });
    const held = play(growthBook(GROWTHBOOK), 100, skewed);
    expect(endOf(held)).toEqual(['hold', 100]);
    expect(held.find(({ isDataFlagged }) => isDataFlagged)?.minute).toBe(60);
    const skewedAndWorse = arms({ exposures: 800, errors: 16 }, { exposures: 1000, errors: 10 });
    expect(endOf(play(growthBook(GROWTHBOOK), 100, skewedAndWorse))).toEqual(['rollback', 60]);
    expect(endOf(play(growthBook({ ...GROWTHBOOK, onMismatch: 'rollback' }), 100, skewed))).toEqual(['rollback', 60]);
    const warned = play(growthBook({ ...GROWTHBOOK, onMismatch: 'warn' }), 100, skewed);
    expect(movesOf(warned)).toEqual([[60, 100]]);
    expect(warned.at(-2)!.isDataFlagged).toBe(true);
  });

  it('does not judge a metric with too few events, nor a change that is too small', () => {
    expect(endOf(play(growthBook({ ...GROWTHBOOK, minMetricTotal: 2000 }), 100, WORSE))).toEqual(['complete', 61]);
    expect(endOf(play(growthBook({ ...GROWTHBOOK, minRelativeHarm: 1.5 }), 100, WORSE))).toEqual(['complete', 61]);
  });

  it('holds while a signal metric is lost, without users, and below its minimum of users', () => {
    const signalled = growthBook({ ...GROWTHBOOK, guardrails: [], signals: ['errors'] });
    expect(endOf(play(signalled, 100, WORSE))).toEqual(['hold', 100]);
    expect(endOf(play(growthBook(GROWTHBOOK), 100, () => null))).toEqual(['hold', 100]);
    expect(movesOf(play(growthBook({ ...GROWTHBOOK, minUnits: 150_000 }), 100, SAME))).toEqual([[75, 100]]);
  });

  it('takes fewer conversions, and less revenue, for harm', () => {
    const rule = growthBook({ ...GROWTHBOOK, guardrails: ['conversions', 'revenue'] });
    const fewer = arms({ exposures: 1000, conversions: 80 }, { exposures: 1000, conversions: 100 });
    expect(endOf(play(rule, 100, fewer))).toEqual(['rollback', 60]);
    const more = arms({ exposures: 1000, conversions: 100 }, { exposures: 1000, conversions: 80 });
    expect(endOf(play(rule, 100, more))).toEqual(['complete', 61]);
    const paid = (sum: number) => ({ exposures: 1000, revenue: { sum, sumOfSquares: 900_000 } });
    expect(endOf(play(rule, 100, arms(paid(800), paid(1000))))[0]).toBe('complete');
    expect(endOf(play(rule, 100, arms(paid(10_000), paid(15_000))))).toEqual(['rollback', 60]);
  });
});

const LAUNCHDARKLY: LaunchDarklySettings = {
  ladder: LADDER,
  metrics: ['errors'],
  checkMs: MINUTE_MS,
  alpha: 0.05,
  relativeThreshold: 0,
  minUnitsPerStep: 30,
  onRegression: 'rollback',
};

describe('LaunchDarkly', () => {
  const atHalf = { ...LAUNCHDARKLY, ladder: HALF };

  it('rolls back inside a step, or pauses for good', () => {
    const [action, minute] = endOf(play(launchDarkly(atHalf), 100, WORSE));
    expect(action).toBe('rollback');
    expect(minute).toBeLessThan(15);
    expect(endOf(play(launchDarkly({ ...atHalf, onRegression: 'pause' }), 100, WORSE))).toEqual(['hold', 100]);
    expect(endOf(play(launchDarkly({ ...atHalf, relativeThreshold: 1.2 }), 100, WORSE))).toEqual(['complete', 61]);
  });

  it('extends a step with too few units once, then reverts', () => {
    const few = (perMinute: number) => arms({ exposures: perMinute }, { exposures: perMinute });
    expect(endOf(play(launchDarkly(LAUNCHDARKLY), 100, few(0)))).toEqual(['rollback', 40]);
    expect(movesOf(play(launchDarkly(LAUNCHDARKLY), 100, few(1)))).toEqual([
      [40, 50],
      [80, 100],
    ]);
    expect(movesOf(play(launchDarkly(LAUNCHDARKLY), 100, few(2)))).toEqual([
      [20, 50],
      [40, 100],
    ]);
  });
});

const STATSIG: StatsigSettings = {
  ladder: HALF,
  metrics: ['errors'],
  control: 'matched',
  lookMs: MINUTE_MS,
  alpha: 0.05,
  minRelativeHarm: 0,
  minUnitsPerArm: 100,
};

describe('Statsig', () => {
  it('alerts beyond Z*, a size and a number of units', () => {
    const [action, minute] = endOf(play(statsig(STATSIG), 100, WORSE));
    expect(action).toBe('rollback');
    expect(minute).toBeLessThan(15);
    expect(endOf(play(statsig({ ...STATSIG, minRelativeHarm: 1.5 }), 100, WORSE))[0]).toBe('complete');
    expect(endOf(play(statsig({ ...STATSIG, minUnitsPerArm: 1e6 }), 100, WORSE))[0]).toBe('complete');
  });

  it('alerts at the first minute at which z is above the constant', () => {
    // z grows with the root of time; Z* with all of α = 0.05 in one tail of even arms is 3.4509.
    const perMinute = 0.003 / Math.sqrt((0.013 * 0.987 + 0.01 * 0.99) / 1000);
    const slightlyWorse = arms({ exposures: 1000, errors: 13 }, { exposures: 1000, errors: 10 });
    expect(endOf(play(statsig(STATSIG), 100, slightlyWorse))[1]).toBe(Math.ceil((3.4509 / perMinute) ** 2));
  });

  it('shows a sample ratio mismatch, and goes on', () => {
    const ticks = play(statsig(STATSIG), 100, arms({ exposures: 800, errors: 8 }, { exposures: 1000, errors: 10 }));
    expect(ticks[0]!.isDataFlagged).toBe(true);
    expect(endOf(ticks)).toEqual(['complete', 61]);
  });
});

describe('the sequential and the naive frames', () => {
  const frame = { ladder: HALF, metrics: ['errors'] as const, lookMs: MINUTE_MS };

  it('Beta mixture: fires with the 13th event against none, Lindon and Malek with the 29th', () => {
    const one = arms({ exposures: 100, errors: 1 }, { exposures: 100 });
    expect(endOf(play(betaMixtureTest({ ...frame, alpha: 0.05 }), 60, one))).toEqual(['rollback', 13]);
    expect(endOf(play(lindonMalekTest({ ...frame, alpha: 0.05 }), 60, one))).toEqual(['rollback', 29]);
    const better = arms({ exposures: 100 }, { exposures: 100, errors: 1 });
    expect(endOf(play(lindonMalekTest({ ...frame, alpha: 0.05 }), 90, better))).toEqual(['complete', 61]);
  });

  it('z-test: needs 20 exposures per arm and five events', () => {
    const naive = { ...frame, control: 'matched' as const, z: 1.645, minExposuresPerArm: 20, minEvents: 5 };
    expect(endOf(play(naiveZ(naive), 60, arms({ exposures: 10, errors: 1 }, { exposures: 10 })))).toEqual([
      'rollback',
      5,
    ]);
    expect(endOf(play(naiveZ(naive), 60, arms({ exposures: 3, errors: 3 }, { exposures: 3 })))).toEqual([
      'rollback',
      7,
    ]);
  });
});

describe('the matched control', () => {
  it('is as large as the treatment, on average as bad as the rest, and the same for the same seed', () => {
    const compared = (seed: number) => {
      const both = matchedArms('matched', seed);
      for (let minute = 1; minute <= 200; minute += 1) {
        const window = steady(20_000, 0.01)(minute, 5_000)!;
        both.add([{ startMs: minute, endMs: minute + 1, coverage: 5_000, segments: {}, ...window }]);
      }
      return both.compared();
    };
    const { treatment, control, intendedTreatment } = compared(1);
    expect(Math.abs(control.exposures / treatment.exposures - 1)).toBeLessThan(0.01);
    expect(Math.abs(control.errors / control.exposures - 0.01)).toBeLessThan(0.001);
    expect(intendedTreatment).toBeCloseTo((treatment.exposures + control.exposures) / 2, 6);
    expect(compared(1)).toEqual(compared(1));
    expect(compared(2)).not.toEqual(compared(1));
  });
});
