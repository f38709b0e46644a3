import { describe, expect, it } from 'vitest';
import {
  openBenchWorld,
  ourModelSpeeds,
  ourPolicies,
  ourPolicy,
  ourSpeeds,
  runWorld,
} from '../../../simulation/benchmark/index.ts';
import { openIntake } from '../../../simulation/benchmark/ingest-windows.ts';
import type { PolicyWindow } from '../../../simulation/policies/policy.ts';
import { publicScenario } from './public-scenarios.ts';

const MINUTE_MS = 60_000;
const WORLD = openBenchWorld(publicScenario('B1'), 1);

/** The window of a minute as it is, or as if its clock were some minutes off. */
function aWindow(minute: number, offMinutes = 0): PolicyWindow {
  const window = WORLD.windowAt({ tick: minute, coverage: 5_000, raisedAtMs: 0 });
  const startMs = (minute + offMinutes) * MINUTE_MS;
  return { ...window, startMs, endMs: startMs + MINUTE_MS };
}

function anIntake() {
  return openIntake({ windowMs: MINUTE_MS, attributionMs: 30_000 });
}

describe('the intake of windows', () => {
  it('closes a window once two newer ones could have come and its outcomes have', () => {
    const intake = anIntake();
    for (const minute of [0, 1, 2]) intake.accept(aWindow(minute), (minute + 1) * MINUTE_MS);
    expect(intake.close(3 * MINUTE_MS)).toMatchObject({
      closedThroughMs: MINUTE_MS,
      windows: [{ window: { startMs: 0 } }],
    });
    intake.accept(aWindow(3), 4 * MINUTE_MS);
    expect(intake.close(4 * MINUTE_MS).windows.map(({ window }) => window.startMs)).toEqual([MINUTE_MS]);
  });

  it('never gives a window twice, and leaves out one that comes late, but counts it', () => {
    const intake = anIntake();
    for (const minute of [0, 2, 3, 4]) intake.accept(aWindow(minute), 5 * MINUTE_MS);
    expect(intake.close(5 * MINUTE_MS).windows).toHaveLength(2);
    intake.accept(aWindow(1), 5 * MINUTE_MS);
    expect(intake.close(5 * MINUTE_MS)).toMatchObject({ windows: [], lateShare: 1 / 3 });
  });

  it('drops a report that comes again, before and after its window has closed', () => {
    const intake = anIntake();
    for (const minute of [0, 0, 1, 2, 3]) intake.accept(aWindow(minute), 4 * MINUTE_MS);
    const closed = intake.close(4 * MINUTE_MS);
    expect(closed.windows.map(({ reports }) => reports.length)).toEqual([1, 1]);
    intake.accept(aWindow(0), 4 * MINUTE_MS);
    expect(intake.close(4 * MINUTE_MS).lateShare).toBe(0);
  });

  it('adds up two reports of one window, and says how far a clock is ahead', () => {
    const intake = anIntake();
    intake.accept(aWindow(5), 6 * MINUTE_MS);
    intake.accept(aWindow(0, 5), 6 * MINUTE_MS);
    intake.accept(aWindow(1, 9), 6 * MINUTE_MS);
    const [closed] = intake.close(20 * MINUTE_MS).windows;
    expect(closed).toMatchObject({ window: { startMs: 5 * MINUTE_MS }, clockSkewMs: null });
    expect(closed!.reports).toHaveLength(2);
    intake.accept(aWindow(12), 13 * MINUTE_MS);
    expect(intake.close(20 * MINUTE_MS).windows[0]).toMatchObject({ clockSkewMs: 5 * MINUTE_MS });
  });
});

describe('our policy', () => {
  const named = (name: string) => ourPolicies().find((policy) => policy.name === name)!;

  it('has names of its own', () => {
    const names = ourPolicies().map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('takes back a change that fails ten times as often, and does next to no harm before', () => {
    const run = runWorld(publicScenario('H1'), 1, named('guardrails'));
    expect(run).toMatchObject({ end: 'rolledBack', hoursTo95: null });
    expect(run.harm).toBeLessThan(0.01);
  });

  it('tells in a second look at one half what full coverage would not have shown for hours', () => {
    // Errors are less than twice as frequent there, and rare.
    const [withLook, without] = ['guardrails/tuned', 'guardrails/no-second-look'].map((name) =>
      runWorld(publicScenario('H2'), 40_005, named(name)),
    );
    expect(without).toMatchObject({ end: 'unfinished', reversals: 0 });
    expect(withLook).toMatchObject({ end: 'rolledBack', reversals: 1 });
    expect(withLook!.hoursLost).toBeGreaterThanOrEqual(0.25);
    expect(withLook!.harm).toBeLessThan(without!.harm / 2);
  });

  it('gets a sound change through, stage by stage', () => {
    expect(runWorld(publicScenario('B1'), 1, named('guardrails'))).toMatchObject({
      end: 'completed',
      steps: 5,
      reversals: 0,
    });
  });

  it.each([
    ['the guardrails', ourSpeeds],
    ['the guardrails with models', ourModelSpeeds],
  ])('takes longer from speed to speed: %s', (_name, speeds) => {
    // The slower ones take longer than this in every world.
    const scenario = { ...publicScenario('B1'), horizonHours: 3 };
    const hours = speeds().map((speed) => runWorld(scenario, 1, speed).hoursTo95 ?? Number.POSITIVE_INFINITY);
    expect(hours[0]).toBeLessThan(0.25);
    expect(hours).toEqual(hours.toSorted((a, b) => a - b));
    expect(new Set(hours.slice(0, 6)).size).toBe(6);
  });

  it('climbs whatever happens when it is blind', () => {
    expect(runWorld(publicScenario('H1'), 1, named('schedule-only'))).toMatchObject({ end: 'completed' });
  });

  it('holds and says so when its metrics are down', () => {
    const scenario = {
      ...publicScenario('D2'),
      horizonHours: 2,
      faults: [{ kind: 'outage' as const, onsetHours: 0.6 }],
    };
    const run = runWorld(scenario, 1, named('guardrails'));
    expect(run.actedOnFault).toBe(false);
    expect(run.flaggedAtMs! - run.faultSinceMs!).toBeLessThanOrEqual(10 * MINUTE_MS);
  });

  it('names the metrics there are when a setting asks for another', () => {
    const settings = { metrics: [{ metric: 'errors' }, { metric: 'cpu', role: 'guardrail' as const }] };
    const policy = ourPolicy({ name: 'x', setting: 'tuned', settings });
    expect(() => runWorld(publicScenario('B1'), 1, policy)).toThrow('no metric "cpu"');
  });
});
