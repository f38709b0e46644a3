import { describe, expect, it } from 'vitest';
import { SHARE_TOTAL } from '../../../domain/index.ts';
import {
  openBenchWorld,
  ourPolicies,
  runMany,
  runPolicies,
  runWorld,
  worldsOf,
} from '../../../simulation/benchmark/index.ts';
import { publicScenario } from './public-scenarios.ts';

const HOUR = { ...publicScenario('H2'), horizonHours: 1 };

describe('a world', () => {
  it('is the same for the same seed, whoever asks for which tick first', () => {
    const [forwards, backwards] = [openBenchWorld(HOUR, 7), openBenchWorld(HOUR, 7)];
    const at = (tick: number) => ({ tick, coverage: 20_000, raisedAtMs: 0 });
    const ticks = Array.from({ length: 20 }, (_, tick) => tick);
    const first = ticks.map((tick) => forwards.windowAt(at(tick)));
    const second = [...ticks].reverse().map((tick) => backwards.windowAt(at(tick)));
    expect(second.reverse()).toEqual(first);
    expect(openBenchWorld(HOUR, 8).windowAt(at(0))).not.toEqual(first[0]);
  });

  it('shows the same control to all policies at equal coverage, whatever their past', () => {
    const world = openBenchWorld(HOUR, 3);
    const quick = world.windowAt({ tick: 30, coverage: 50_000, raisedAtMs: 60_000 });
    const slow = world.windowAt({ tick: 30, coverage: 50_000, raisedAtMs: 1_700_000 });
    expect(quick.control).toEqual(slow.control);
  });

  it('has more of the treatment and less of control at more coverage, in every segment', () => {
    const world = openBenchWorld(publicScenario('B1'), 5);
    for (let tick = 0; tick < 60; tick += 1) {
      const windows = [0, 1_000, 5_000, 20_000, 50_000, 95_000, SHARE_TOTAL].map((coverage) =>
        world.windowAt({ tick, coverage, raisedAtMs: 0 }),
      );
      windows.slice(1).forEach((more, index) => {
        const less = windows[index]!;
        expect(more.treatment.exposures).toBeGreaterThanOrEqual(less.treatment.exposures);
        expect(more.control.exposures).toBeLessThanOrEqual(less.control.exposures);
        expect(more.treatment.conversions).toBeGreaterThanOrEqual(less.treatment.conversions - 1);
        // Sums of segments, each off by one count at most where the method changes.
        expect(more.treatment.errors).toBeGreaterThanOrEqual(less.treatment.errors - world.service.segments.length);
      });
    }
  });

  it('keeps its books: durations and segments add up to the exposures, and slow ones to the slow', () => {
    const world = openBenchWorld(publicScenario('H3'), 2);
    for (let tick = 0; tick < 720; tick += 40) {
      const { treatment, control, segments } = world.windowAt({ tick, coverage: 30_000, raisedAtMs: 0 });
      const sides = [
        [treatment, 'treatment'],
        [control, 'control'],
      ] as const;
      for (const [arm, side] of sides) {
        expect(Object.values(arm.durations).reduce((sum, count) => sum + count, 0)).toBe(arm.exposures);
        const parts = Object.values(segments).map((part) => part[side]);
        expect(parts.reduce((sum, part) => sum + part.exposures, 0)).toBe(arm.exposures);
        expect(parts.reduce((sum, part) => sum + part.errors, 0)).toBe(arm.errors);
        expect(arm.revenue.sumOfSquares * Math.max(1, arm.conversions)).toBeGreaterThanOrEqual(
          arm.revenue.sum ** 2 * (1 - 1e-9),
        );
      }
    }
  });
});

describe('runs', () => {
  const policies = ourPolicies().filter(({ name }) => name === 'guardrails' || name === 'guardrails/tuned');
  const runs = { scenarios: [HOUR, { ...publicScenario('B1'), horizonHours: 1 }], seeds: [4, 9], policies };

  it('come out the same in any order, alone or many, to the last bit', () => {
    const all = [...runMany(runs)];
    expect(all).toHaveLength(8);
    const apart = [...worldsOf(runs)]
      .reverse()
      .map((world) => runPolicies(world))
      .reverse()
      .flat();
    expect(apart).toEqual(all);
    expect(runWorld(runs.scenarios[1]!, 9, policies[1]!)).toEqual(all.at(-1));
  });
});
