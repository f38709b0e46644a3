import { describe, expect, it } from 'vitest';
import { SHARE_TOTAL } from '../../../domain/index.ts';
import { oracleOf, runWorld } from '../../../simulation/benchmark/index.ts';
import type { Policy, PolicyMove } from '../../../simulation/policies/policy.ts';
import { isMissed, runCost } from '../../../simulation/scorecard/run-verdict.ts';
import { PUBLIC_NAMES, publicScenario } from './public-scenarios.ts';

const HARMFUL = PUBLIC_NAMES.filter((name) => name.startsWith('H'));
const BENIGN = PUBLIC_NAMES.filter((name) => name.startsWith('B'));

/** A policy that starts somewhere and says the same for ever, or what a function of the time says. */
function frame(firstCoverage: number, moveAt: (nowMs: number) => PolicyMove): Policy {
  return {
    name: 'frame',
    family: 'frame',
    setting: 'shipped',
    firstCoverage,
    start: () => ({ step: ({ nowMs }) => moveAt(nowMs) }),
  };
}

const HOLD: PolicyMove = { action: 'hold', reason: 'test' };

describe('harm', () => {
  it.each(HARMFUL)('of everybody at once is 1 in %s, and of nobody 0', (name) => {
    const scenario = publicScenario(name);
    const everybody = runWorld(
      scenario,
      1,
      frame(SHARE_TOTAL, () => ({ action: 'complete', reason: 'test' })),
    );
    expect(everybody.harm).toBeCloseTo(1, 12);
    expect(everybody.segmentHarm).toBeCloseTo(1, 12);
    expect(everybody.harmedSinceMs).not.toBeNull();
    const nobody = runWorld(
      scenario,
      1,
      frame(0, () => HOLD),
    );
    expect(nobody).toMatchObject({ harm: 0, segmentHarm: 0, harmedSinceMs: null, end: 'unfinished' });
  });

  it('is in proportion to coverage where the effect does not depend on it', () => {
    expect(
      runWorld(
        publicScenario('H2'),
        5,
        frame(30_000, () => HOLD),
      ).harm,
    ).toBeCloseTo(0.3, 10);
  });

  it('ends with the rollback', () => {
    const half = 6 * 3_600_000;
    const run = runWorld(
      publicScenario('H2'),
      5,
      frame(SHARE_TOTAL, (nowMs) => (nowMs < half ? HOLD : { action: 'rollback', reason: 'test' })),
    );
    expect(run).toMatchObject({ end: 'rolledBack', endedAtMs: half });
    expect(run.harm).toBeGreaterThan(0.3);
    expect(run.harm).toBeLessThan(0.7);
  });

  it.each(BENIGN)('is 0 in %s whoever rolls out', (name) => {
    expect(
      runWorld(
        publicScenario(name),
        2,
        frame(SHARE_TOTAL, () => HOLD),
      ),
    ).toMatchObject({ harm: 0, harmedSinceMs: null });
  });
});

describe('the policy that knows the scenario', () => {
  it.each([...HARMFUL, ...BENIGN])('pays nothing in %s', (name) => {
    const scenario = publicScenario(name);
    for (const seed of [3, 4, 5]) expect(runCost(runWorld(scenario, seed, oracleOf(scenario, seed)))).toBe(0);
  });

  it('stays just below the load that breaks H6', () => {
    const scenario = publicScenario('H6');
    const { firstCoverage } = oracleOf(scenario, 3);
    expect(firstCoverage).toBeGreaterThanOrEqual(15_000);
    expect(firstCoverage).toBeLessThanOrEqual(40_000);
    expect(
      runWorld(
        scenario,
        3,
        frame(firstCoverage + 100, () => HOLD),
      ).harm,
    ).toBeGreaterThan(0);
  });
});

describe('a change that harms above some coverage only', () => {
  const H6 = publicScenario('H6');
  const below = oracleOf(H6, 3).firstCoverage;
  const at = (plan: Readonly<Record<number, number>>, first = below) =>
    runWorld(
      H6,
      3,
      frame(first, (nowMs) => {
        const coverage = plan[nowMs / 3_600_000];
        return coverage === undefined ? HOLD : { action: 'move', coverage, reason: 'test' };
      }),
    );

  it('is caught by who stays below, and by who goes back below', () => {
    expect(at({})).toMatchObject({ harmedSinceMs: null, harmlessSinceMs: null });
    expect(isMissed(at({}))).toBe(false);
    const back = at({ 1: SHARE_TOTAL, 2: below });
    expect(back).toMatchObject({ harmedSinceMs: 3_600_000, harmlessSinceMs: 7_200_000 });
    expect(isMissed(back)).toBe(false);
  });

  it('is missed by who stays above, goes up again, or goes back too little', () => {
    for (const run of [at({}, SHARE_TOTAL), at({ 1: SHARE_TOTAL, 2: below, 3: below + 100 }), at({ 1: below + 100 })]) {
      expect(run.harmlessSinceMs).toBeNull();
      expect(isMissed(run)).toBe(true);
    }
  });
});

describe('harm that ends by itself', () => {
  it('was not stopped by anybody, even while nothing happens for a while', () => {
    const H9 = publicScenario('H9');
    const run = runWorld(
      H9,
      1,
      frame(50_000, () => HOLD),
    );
    expect(run.harmedSinceMs).not.toBeNull();
    expect(isMissed(run)).toBe(true);
  });
});

describe('the account of a run', () => {
  it('counts steps up, steps down, the hours to 95 % and those below it afterwards', () => {
    const plan: Readonly<Record<number, number>> = { 1: 10_000, 2: 5_000, 3: 50_000, 4: 95_000, 6: 50_000, 8: 95_000 };
    const run = runWorld(
      publicScenario('B1'),
      1,
      frame(1_000, (nowMs) => {
        const coverage = plan[nowMs / 3_600_000];
        return coverage === undefined ? HOLD : { action: 'move', coverage, reason: 'test' };
      }),
    );
    expect(run).toMatchObject({ steps: 4, reversals: 2, hoursTo95: 4, hoursLost: 2, end: 'unfinished' });
  });

  it('refuses a coverage that is none', () => {
    const lost = frame(1_000, () => ({ action: 'move', coverage: 0.5, reason: 'test' }));
    expect(() => runWorld(publicScenario('B1'), 1, lost)).toThrow('from 0 to 100000');
  });

  it('notes who acts while telemetry is broken, and when its data was first distrusted after that', () => {
    const D2 = { ...publicScenario('D2'), faults: [{ kind: 'outage' as const, onsetHours: 1, durationHours: 1 }] };
    const distrusting = frame(1_000, () => ({ ...HOLD, isDataFlagged: true }));
    expect(runWorld(D2, 1, distrusting)).toMatchObject({
      faultSinceMs: 3_600_000,
      flaggedAtMs: 3_660_000,
      actedOnFault: false,
    });
    const ramping = frame(1_000, (nowMs) =>
      nowMs === 5_400_000 ? { action: 'move', coverage: 2_000, reason: 'test' } : HOLD,
    );
    expect(runWorld(D2, 1, ramping)).toMatchObject({ flaggedAtMs: null, actedOnFault: true });
    const early = frame(1_000, (nowMs) =>
      nowMs === 1_800_000 ? { action: 'move', coverage: 2_000, reason: 'test' } : HOLD,
    );
    expect(runWorld(D2, 1, early)).toMatchObject({ actedOnFault: false });
  });
});
