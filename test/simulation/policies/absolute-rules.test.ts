import { describe, expect, it } from 'vitest';
import { stepsOf } from '../../../simulation/policies/app-config.ts';
import { recentSums } from '../../../simulation/policies/arms/recent-sums.ts';
import {
  type AppConfigSettings,
  appConfig,
  type FlaggerSettings,
  flagger,
  peerPolicy,
  threshold,
  type UnleashSettings,
  unleash,
} from '../../../simulation/policies/index.ts';
import { anArm, endOf, MINUTE_MS, type Minute, movesOf, play, steady } from './play.ts';

const LIMITS = { maxErrorShare: 0.01, maxSlowShare: 0.05 };
const CALM: Minute = () => ({ treatment: anArm({ exposures: 100 }), control: anArm({ exposures: 100 }) });
const failingAt =
  (isBad: (minute: number) => boolean): Minute =>
  (minute) => ({
    treatment: anArm({ exposures: 100, errors: isBad(minute) ? 2 : 1 }),
    control: anArm({ exposures: 100 }),
  });

describe('Flagger', () => {
  const settings: FlaggerSettings = {
    intervalMs: MINUTE_MS,
    threshold: 3,
    stepWeight: 10_000,
    maxWeight: 30_000,
    limits: LIMITS,
  };

  it('steps at every good interval, the first time without looking, and promotes after the last', () => {
    const ticks = play(
      flagger(settings),
      20,
      failingAt((minute) => minute === 1),
    );
    expect(movesOf(ticks)).toEqual([
      [1, 10],
      [2, 20],
      [3, 30],
      [4, 100],
    ]);
    expect(endOf(ticks)).toEqual(['complete', 5]);
  });

  it('is at 50 % after ten minutes with the settings of its README', () => {
    const ticks = play(peerPolicy('flagger/shipped')!, 30, CALM);
    expect(movesOf(ticks).at(-2)).toEqual([10, 50]);
    expect(endOf(ticks)).toEqual(['complete', 12]);
  });

  it('never forgets a failed check, and rolls back an interval after the last one', () => {
    const ticks = play(
      flagger({ ...settings, maxWeight: 90_000 }),
      20,
      failingAt((minute) => minute % 2 === 0),
    );
    // Failures at 2, 4 and 6 with a success after each.
    expect(endOf(ticks)).toEqual(['rollback', 7]);
    expect(ticks[5]!.action).toBe('hold');
  });

  it('takes an interval without values for a failed check', () => {
    expect(endOf(play(flagger(settings), 20, () => null))).toEqual(['rollback', 5]);
  });

  it('checks at least 99 %, not more than 99 %, and latency by its share of slow requests', () => {
    expect(
      endOf(
        play(
          flagger(settings),
          20,
          failingAt(() => false),
        ),
      ),
    ).toEqual(['complete', 5]);
    const slow: Minute = () => ({ treatment: anArm({ exposures: 100, slow: 6 }), control: anArm({ exposures: 100 }) });
    expect(endOf(play(flagger(settings), 20, slow))).toEqual(['rollback', 5]);
    const blind = { ...settings, limits: { ...LIMITS, maxSlowShare: null } };
    expect(endOf(play(flagger(blind), 20, slow))).toEqual(['complete', 5]);
  });

  it('looks at the treatment alone: control may burn', () => {
    const burning: Minute = () => ({
      treatment: anArm({ exposures: 100 }),
      control: anArm({ exposures: 100, errors: 90 }),
    });
    expect(endOf(play(flagger(settings), 20, burning))).toEqual(['complete', 5]);
  });
});

describe('AWS AppConfig', () => {
  const settings: AppConfigSettings = {
    growth: 'linear',
    growthFactor: 20_000,
    durationMs: 30 * MINUTE_MS,
    bakeMs: 30 * MINUTE_MS,
    alarm: { limits: LIMITS, watched: 'treatment', periodMs: MINUTE_MS, periods: 3 },
  };

  it('grows by G, or doubles it', () => {
    expect(stepsOf(settings)).toEqual([20_000, 40_000, 60_000, 80_000, 100_000]);
    expect(stepsOf({ ...settings, growth: 'exponential', growthFactor: 10_000 })).toEqual([
      10_000, 20_000, 40_000, 80_000, 100_000,
    ]);
  });

  it('Linear20PercentEvery6Minutes: the first fifth after six minutes, then an hour in all with the bake time', () => {
    const ticks = play(peerPolicy('appconfig-linear/shipped')!, 90, CALM);
    expect(movesOf(ticks)).toEqual([
      [6, 20],
      [12, 40],
      [18, 60],
      [24, 80],
      [30, 100],
    ]);
    expect(endOf(ticks)).toEqual(['complete', 60]);
  });

  it('Canary10Percent20Minutes: five steps in twenty minutes, ten minutes of bake', () => {
    const ticks = play(peerPolicy('appconfig-exponential/shipped')!, 90, CALM);
    expect(movesOf(ticks).map(([minute]) => minute)).toEqual([4, 8, 12, 16, 20]);
    expect(endOf(ticks)).toEqual(['complete', 30]);
  });

  it('rolls back when three periods in a row breach, in the bake time too', () => {
    expect(
      endOf(
        play(
          appConfig(settings),
          90,
          failingAt((minute) => minute > 40),
        ),
      ),
    ).toEqual(['rollback', 43]);
    expect(
      endOf(
        play(
          appConfig(settings),
          90,
          failingAt((minute) => minute % 3 !== 0),
        ),
      ),
    ).toEqual(['complete', 60]);
  });

  it('neither counts nor forgets where data are missing', () => {
    const gaps: Minute = (minute) => (minute % 2 === 0 ? null : failingAt(() => true)(minute, 0));
    expect(endOf(play(appConfig(settings), 90, gaps))).toEqual(['rollback', 5]);
    expect(endOf(play(appConfig(settings), 90, () => null))).toEqual(['complete', 60]);
  });

  it('with an alarm on everything, sees a bad tenth only in the whole', () => {
    const everything = appConfig({ ...settings, alarm: { ...settings.alarm, watched: 'everything' } });
    const bad = steady(1000, 0.001, 30);
    expect(endOf(play(appConfig(settings), 90, bad))).toEqual(['rollback', 9]);
    expect(endOf(play(everything, 90, bad))[1]).toBeGreaterThan(9);
  });
});

describe('Unleash', () => {
  const settings: UnleashSettings = {
    milestones: { stages: [10_000, 50_000], dwellMs: 10 * MINUTE_MS },
    limits: LIMITS,
    watched: 'treatment',
    timeRangeMs: 60 * MINUTE_MS,
    onBreach: 'pause',
  };

  it('passes milestones by the clock', () => {
    expect(movesOf(play(unleash(settings), 90, CALM))).toEqual([
      [10, 50],
      [20, 100],
    ]);
  });

  it('pauses for good, or disables the flag, when the average of the hour is beyond the threshold', () => {
    const bad = failingAt((minute) => minute > 5);
    // One per cent until minute 5, two from 6 on: the average passes 1 % at once.
    expect(endOf(play(unleash({ ...settings, onBreach: 'disable' }), 90, bad))).toEqual(['rollback', 6]);
    const paused = play(unleash(settings), 90, bad);
    expect(endOf(paused)).toEqual(['hold', 90]);
    expect(movesOf(paused)).toEqual([]);
  });
});

describe('the single threshold', () => {
  it('says nothing below its number of requests, and rolls back at once above it', () => {
    const rule = threshold({
      ladder: { stages: [50_000], dwellMs: 30 * MINUTE_MS },
      limits: LIMITS,
      rangeMs: 5 * MINUTE_MS,
      minExposures: 300,
    });
    expect(
      endOf(
        play(
          rule,
          90,
          failingAt(() => true),
        ),
      ),
    ).toEqual(['rollback', 3]);
    expect(
      endOf(
        play(
          rule,
          90,
          failingAt(() => false),
        ),
      ),
    ).toEqual(['complete', 31]);
  });
});

describe('a range query', () => {
  it('covers what arrived in the range, its younger end included', () => {
    const recent = recentSums(2 * MINUTE_MS, 'everything');
    const window = {
      startMs: 0,
      endMs: 1,
      coverage: 1,
      segments: {},
      treatment: anArm({ exposures: 1 }),
      control: anArm({ exposures: 10 }),
    };
    const seen = [1, 2, 3, 4, 5, 6].map((minute) => {
      recent.add(minute * MINUTE_MS, minute <= 3 ? [window] : []);
      return recent.sums.exposures;
    });
    expect(seen).toEqual([11, 22, 22, 11, 0, 0]);
  });
});
