import { describe, expect, it } from 'vitest';
import { type Draws, seededDraws } from '../../../simulation/draws.ts';
import {
  argoRollouts,
  betaMixtureTest,
  flagger,
  growthBook,
  kayenta,
  lindonMalekTest,
  naiveZ,
  type Rule,
  statsig,
} from '../../../simulation/policies/index.ts';
import { anArm, endOf, MINUTE_MS, type Minute, play } from './play.ts';

/**
 * One error rate, base 0.5 % ± 50 % daily, load ± 50 % daily, no delay, hourly 1 → 5 → 10 → 25 → 50 % and no further:
 * the figures that an independent simulation of the same rules gave have to come out again.
 */
const RUNS = 60;
const MINUTES = 300;

const HOURLY = { stages: [1_000, 5_000, 10_000, 25_000, 50_000], dwellMs: 60 * MINUTE_MS };
const COUNTED = { ladder: HOURLY, metrics: ['errors'] as const, lookMs: MINUTE_MS, alpha: 0.05 };
const QUARTER = 15 * MINUTE_MS;
const STRICT = { maxErrorShare: 0.01, maxSlowShare: null };

const RULES: Readonly<Record<string, Rule>> = {
  naive: naiveZ({ ...COUNTED, control: 'matched', z: 1.645, minExposuresPerArm: 20, minEvents: 5 }),
  beta: betaMixtureTest(COUNTED),
  lindonMalek: lindonMalekTest(COUNTED),
  growthBook: growthBook({
    ladder: HOURLY,
    guardrails: ['errors'],
    signals: [],
    refreshMs: QUARTER,
    alpha: 0.05,
    onMismatch: 'hold',
    minUnits: 0,
    minMetricTotal: 0,
    minRelativeHarm: 0,
  }),
  statsig: statsig({
    ladder: HOURLY,
    metrics: ['errors'],
    control: 'matched',
    lookMs: QUARTER,
    alpha: 0.05,
    minRelativeHarm: 0,
    minUnitsPerArm: 1,
  }),
  kayenta: kayenta({
    ladder: HOURLY,
    metrics: ['errors'],
    isCritical: true,
    effectSize: 'meanRatio',
    allowedRatio: 1,
    warmUpMs: 0,
    intervalMs: 60 * MINUTE_MS,
    lookBackMs: null,
    passScore: 75,
    marginalScore: 50,
  }),
  flagger: flagger({ intervalMs: MINUTE_MS, threshold: 5, stepWeight: 50, maxWeight: 50_000, limits: STRICT }),
  argo: argoRollouts({
    ladder: HOURLY,
    analysis: 'background',
    startingStage: 0,
    metrics: [
      {
        without: 'errors',
        successFrom: 0.99,
        rangeMs: 5 * MINUTE_MS,
        intervalMs: 5 * MINUTE_MS,
        initialDelayMs: 5 * MINUTE_MS,
        count: null,
        failureLimit: 3,
        inconclusiveLimit: 0,
        consecutiveErrorLimit: 4,
        consecutiveSuccessLimit: 0,
      },
    ],
  }),
};

function daily(draws: Draws, perMinute: number, worse: number): Minute {
  return (minute, coverage) => {
    const load = perMinute * (1 + 0.5 * Math.sin((2 * Math.PI * (minute + 300)) / 1440));
    const errorShare = 0.005 * (1 + 0.5 * Math.sin((2 * Math.PI * minute) / 1440));
    const armOf = (share: number, factor: number) => {
      const exposures = draws.poisson((load * share) / 100_000);
      return anArm({ exposures, errors: draws.binomial(exposures, errorShare * factor) });
    };
    return { treatment: armOf(coverage, worse), control: armOf(100_000 - coverage, 1) };
  };
}

/** Per cent rolled back, and the median minute of those that were. */
function figures(rule: string, perMinute: number, worse: number): { share: number; median: number } {
  const minutes: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const ticks = play(RULES[rule]!, MINUTES, daily(seededDraws(41, run), perMinute, worse), run);
    const [action, minute] = endOf(ticks);
    if (action === 'rollback') minutes.push(minute);
  }
  minutes.sort((a, b) => a - b);
  return { share: (100 * minutes.length) / RUNS, median: minutes[Math.floor(minutes.length / 2)] ?? Number.NaN };
}

describe('the first figures, again', () => {
  it.each([
    ['naive', 2, 66],
    ['beta', 2, 122],
    ['statsig', 2, 150],
    ['lindonMalek', 2, 151],
    ['naive', 5, 24],
    ['beta', 5, 63],
    ['statsig', 5, 75],
    ['lindonMalek', 5, 79],
  ])('at 600 requests a minute %s finds ×%i after about %i minutes', (rule, worse, minute) => {
    const { share, median } = figures(rule, 600, worse);
    expect(share).toBeGreaterThan(95);
    expect(median).toBeGreaterThan(0.75 * minute);
    expect(median).toBeLessThan(1.25 * minute);
  });

  it.each([
    ['growthBook', 2, 180],
    ['growthBook', 5, 120],
    ['kayenta', 2, 180],
    ['kayenta', 5, 120],
  ])('%s finds ×%i at the end of the stage, minute %i', (rule, worse, minute) => {
    const { share, median } = figures(rule, 600, worse);
    expect(share).toBeGreaterThan(85);
    expect(median).toBe(minute);
  });

  it('absolute limits of 99 % fall over at low traffic, and 600 a minute is low for one per cent of it', () => {
    expect(figures('flagger', 600, 1).share).toBeGreaterThan(95);
    expect(figures('argo', 600, 1).share).toBeGreaterThan(95);
    expect(figures('argo', 20_000, 1).share).toBeLessThan(5);
  });

  it('a repeated z-test is mostly wrong, and the sequential tests are not', () => {
    expect(figures('naive', 600, 1).share).toBeGreaterThan(20);
    for (const rule of ['beta', 'lindonMalek', 'growthBook', 'statsig', 'kayenta']) {
      expect(figures(rule, 600, 1).share, rule).toBeLessThan(12);
    }
  });
});
