import { describe, expect, it } from 'vitest';
import { SHARE_TOTAL } from '../../../domain/index.ts';
import { type Draws, seededDraws } from '../../../simulation/draws.ts';
import {
  PEERS,
  type Policy,
  type PolicyWindow,
  peerPolicies,
  peerPolicy,
  TUNED_PEERS,
} from '../../../simulation/policies/index.ts';
import { anArm, endOf, MINUTE_MS, movesOf, play, steady } from './play.ts';

const everyPolicy = PEERS.flatMap(({ shipped, tuned, speeds, tuningGrid }) =>
  [shipped, tuned ?? [], speeds, tuningGrid.map(({ policy }) => policy)].flat(),
);
const WITHOUT_EYES = ['do-nothing', 'big-bang', 'schedule-only'];

describe('the registry', () => {
  it('has every frame and peer under its own name', () => {
    const shipped = peerPolicies().filter(({ setting }) => setting === 'shipped');
    expect(shipped.map(({ name }) => name)).toEqual([
      'do-nothing/shipped',
      'big-bang/shipped',
      'schedule-only/shipped',
      'threshold/shipped',
      'naive-z/shipped',
      'beta-mixture/shipped',
      'lindon-malek/shipped',
      'flagger/shipped',
      'argo-rollouts/shipped',
      'kayenta/shipped',
      'growthbook/shipped',
      'launchdarkly/shipped',
      'statsig/shipped',
      'appconfig-linear/shipped',
      'appconfig-exponential/shipped',
      'unleash/shipped',
      'uber-staged-rollout/shipped',
      'linkedin-sqr/shipped',
      'li-mao-bojinov/shipped',
    ]);
    expect(new Set(everyPolicy.map(({ name }) => name)).size).toBe(everyPolicy.length);
    expect(everyPolicy.every((policy) => peerPolicy(policy.name) === policy)).toBe(true);
    expect(peerPolicy('nobody/shipped')).toBeUndefined();
  });

  it('has every one that looks at metrics as shipped and as tuned', () => {
    const tuned = peerPolicies().filter(({ setting }) => setting === 'tuned');
    const expected = PEERS.map(({ name }) => name).filter((name) => !WITHOUT_EYES.includes(name));
    expect(tuned.map(({ name }) => name)).toEqual(expected.map((name) => `${name}/tuned`));
    expect(Object.keys(TUNED_PEERS)).toEqual(expected);
  });

  it('has tuned settings that are those of the grid, or shipped', () => {
    for (const [name, { setting, settings }] of Object.entries(TUNED_PEERS)) {
      const { tuningGrid, shippedSettings } = PEERS.find((peer) => peer.name === name)!;
      expect(settings, name).toEqual(setting === 'shipped' ? shippedSettings : tuningGrid[setting]!.settings);
    }
  });

  it('has a speed knob of five positions at least for all that have settings', () => {
    for (const { name, speeds } of PEERS) {
      if (name === 'do-nothing' || name === 'big-bang') expect(speeds).toEqual([]);
      else expect(speeds.length, name).toBeGreaterThanOrEqual(5);
    }
  });

  it('has knobs that change how long a harmless rollout takes', () => {
    for (const { name, speeds } of PEERS.filter(({ speeds: all }) => all.length > 0)) {
      const minutes = [speeds[0]!, speeds.at(-1)!].map((policy) => play(policy, 720, steady(20_000, 0.001)).length);
      expect(minutes[0], name).toBeLessThan(minutes[1]!);
    }
  });

  it('has a grid of different settings as plain data for all but the frames without settings', () => {
    for (const { name, tuningGrid } of PEERS) {
      if (name === 'do-nothing' || name === 'big-bang') continue;
      const grid = tuningGrid.map(({ settings }) => JSON.stringify(settings));
      expect(grid.length, name).toBeGreaterThanOrEqual(5);
      expect(new Set(grid).size, name).toBe(grid.length);
      expect(tuningGrid.map(({ settings }) => JSON.parse(JSON.stringify(settings)))).toEqual(
        tuningGrid.map(({ settings }) => settings),
      );
    }
  });
});

describe('the frames without eyes', () => {
  it('do nothing, everything at once, and by the clock', () => {
    expect(endOf(play(peerPolicy('do-nothing/shipped')!, 50, steady(100, 0.5)))).toEqual(['hold', 50]);
    expect(endOf(play(peerPolicy('big-bang/shipped')!, 50, steady(100, 0.5)))).toEqual(['complete', 1]);
    const ticks = play(peerPolicy('schedule-only/shipped')!, 400, () => null);
    expect(movesOf(ticks)).toEqual([
      [60, 5],
      [120, 10],
      [180, 25],
      [240, 50],
      [300, 100],
    ]);
  });
});

/** Plays a policy on rough telemetry: windows late, repeated, missing, empty or of the wrong time. */
function playRough(policy: Policy, seed: number): readonly string[] {
  const draws = seededDraws(seed, 1);
  const run = policy.start(seed);
  const waiting: PolicyWindow[] = [];
  const log: string[] = [];
  let [coverage, coverageSinceMs] = [policy.firstCoverage, 0];
  for (let tick = 1; tick <= 400; tick += 1) {
    const nowMs = tick * MINUTE_MS;
    waiting.push(...roughWindows(draws, nowMs, coverage));
    const arrived = waiting.splice(0, draws.poisson(1.2));
    const { action, coverage: wanted, reason } = run.step({ nowMs, coverage, coverageSinceMs, windows: arrived });
    log.push(`${action} ${wanted} ${reason}`);
    if (action === 'rollback' || action === 'complete') break;
    if (action !== 'move') continue;
    if (!Number.isInteger(wanted) || wanted! < 0 || wanted! > SHARE_TOTAL) throw new Error(`${policy.name}: ${wanted}`);
    [coverage, coverageSinceMs] = [wanted!, nowMs];
  }
  return log;
}

function roughWindows(draws: Draws, nowMs: number, coverage: number): readonly PolicyWindow[] {
  if (draws.uniform() < 0.15) return [];
  const treated = draws.poisson((200 * coverage) / SHARE_TOTAL);
  const untreated = draws.poisson((200 * (SHARE_TOTAL - coverage)) / SHARE_TOTAL);
  const armOf = (exposures: number) =>
    anArm({
      exposures,
      errors: draws.binomial(exposures, 0.005),
      slow: draws.binomial(exposures, 0.01),
      conversions: draws.binomial(exposures, 0.1),
      revenue: { sum: exposures * 3, sumOfSquares: exposures * 100 },
    });
  const startMs = nowMs - MINUTE_MS - (draws.uniform() < 0.1 ? 600_000 : 0);
  const window = {
    startMs,
    endMs: startMs + MINUTE_MS,
    coverage,
    treatment: armOf(treated),
    control: armOf(untreated),
    segments: {},
  };
  return draws.uniform() < 0.1 ? [window, { ...window }] : [window];
}

describe('every policy', () => {
  it.each(peerPolicies().map((policy) => [policy.name, policy] as const))(
    '%s: asks for sound coverages on rough telemetry, and does the same for the same seed',
    (_, policy) => {
      expect(playRough(policy, 7)).toEqual(playRough(policy, 7));
    },
  );

  it('also with all of its tuned settings', () => {
    for (const policy of everyPolicy) expect(playRough(policy, 11).length, policy.name).toBeGreaterThan(0);
  });

  it('counts a repeated window once', () => {
    const failing = steady(200, 0.5);
    const counted = (copies: number) => {
      const run = peerPolicy('naive-z/shipped')!.start(1);
      const arms = failing(1, 50_000)!;
      const window = { startMs: 0, endMs: MINUTE_MS, coverage: 50_000, segments: {}, ...arms };
      const worse = { ...window, treatment: { ...window.treatment, errors: 57 } };
      const windows = Array.from({ length: copies }, () => structuredClone(worse));
      return run.step({ nowMs: MINUTE_MS, coverage: 50_000, coverageSinceMs: 0, windows }).action;
    };
    expect([counted(1), counted(4)]).toEqual(['hold', 'hold']);
  });

  it('keeps its state to itself: runs of one policy do not touch each other', () => {
    const policy = peerPolicy('growthbook/shipped')!;
    const alone = play(policy, 300, steady(20_000, 0.01, 2), 5);
    const [first, second] = [policy.start(5), policy.start(6)];
    for (let minute = 1; minute <= 30; minute += 1) {
      const view = { nowMs: minute * MINUTE_MS, coverage: 1_000, coverageSinceMs: 0 };
      const window = { startMs: minute, endMs: minute + 1, coverage: 1_000, segments: {} };
      first.step({ ...view, windows: [{ ...window, ...steady(20_000, 0.5, 2)(minute, 1_000)! }] });
      second.step({ ...view, windows: [] });
    }
    expect(play(policy, 300, steady(20_000, 0.01, 2), 5)).toEqual(alone);
  });
});
