import { describe, expect, it } from 'vitest';
import { SHARE_TOTAL } from '../../../domain/index.ts';
import { type BenchWorld, openBenchWorld } from '../../../simulation/benchmark/index.ts';
import type { ArmWindow, PolicyWindow } from '../../../simulation/policies/policy.ts';
import { publicScenario } from './public-scenarios.ts';

const SEEDS = [1, 2, 3, 4];
const HALF = SHARE_TOTAL / 2;

/** Sums of a metric over some ticks of some worlds, per request. */
interface Ratio {
  readonly of: (arm: ArmWindow) => number;
  /** Which ticks of which world count. */
  readonly when?: (tick: number, world: BenchWorld) => boolean;
}

const rate = {
  errors: ({ errors }: ArmWindow) => errors,
  slow: ({ slow }: ArmWindow) => slow,
  revenue: ({ revenue }: ArmWindow) => revenue.sum,
};

function windowsOf(world: BenchWorld, { when = () => true }: Ratio, coverage = HALF): readonly PolicyWindow[] {
  const ticks = Array.from({ length: world.ticks }, (_, tick) => tick).filter((tick) => when(tick, world));
  return ticks.map((tick) => world.windowAt({ tick, coverage, raisedAtMs: 0 }));
}

/** Treatment's rate over control's in one world. */
function ratioIn(world: BenchWorld, ratio: Ratio, coverage = HALF): number {
  const windows = windowsOf(world, ratio, coverage);
  const per = (side: 'treatment' | 'control') =>
    windows.reduce((sum, window) => sum + ratio.of(window[side]), 0) /
    windows.reduce((sum, window) => sum + window[side].exposures, 0);
  return per('treatment') / per('control');
}

/** Enough traffic that chance does not hide an effect. */
const BUSY = { requestsPerMinute: 20_000, errorRate: 0.005 };

/** Geometric mean over worlds of the realised ratio over the drawn one. */
function realised(name: string, ratio: Ratio, drawn: (world: BenchWorld) => number, coverage = HALF): number {
  const logs = SEEDS.map((seed) => {
    const world = openBenchWorld({ ...publicScenario(name), base: BUSY }, seed);
    return Math.log(ratioIn(world, ratio, coverage) / drawn(world));
  });
  return Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
}

const size = (index: number) => (world: BenchWorld) => world.effects[index]!.size;
const lastHours = (tick: number, { ticks }: BenchWorld) => tick >= ticks - 120;

describe('what a world does is what its scenario says', () => {
  it.each([
    ['H1', [3, 10]],
    ['H2', [1.3, 2]],
    ['H5', [0.9, 0.97]],
    ['H6', [3, 8]],
    ['H7', [5, 15]],
    ['H8', [2, 6]],
  ] as const)('%s draws sizes from the whole of its range and from nothing else', (name, [least, most]) => {
    const sizes = Array.from({ length: 200 }, (_, seed) => openBenchWorld(publicScenario(name), seed).effects[0]!.size);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(least);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(most);
    expect(Math.min(...sizes)).toBeLessThan(least + (most - least) * 0.05);
    expect(Math.max(...sizes)).toBeGreaterThan(most - (most - least) * 0.05);
  });

  it('H1, H2 and H10 multiply errors at once', () => {
    expect(realised('H1', { of: rate.errors }, size(0))).toBeCloseTo(1, 1);
    expect(realised('H2', { of: rate.errors }, size(0))).toBeCloseTo(1, 1);
    expect(realised('H10', { of: rate.errors }, size(1))).toBeCloseTo(1, 1);
  });

  it('H3 creeps to the whole of its slow share in four hours, half of it after two', () => {
    const after = (hours: number) => (tick: number) => tick >= hours * 60 - 10 && tick < hours * 60 + 10;
    expect(realised('H3', { of: rate.slow, when: lastHours }, size(0))).toBeCloseTo(1, 1);
    expect(realised('H3', { of: rate.slow, when: after(2) }, (world) => (1 + size(0)(world)) / 2)).toBeCloseTo(1, 1);
  });

  it('H3 moves the median of durations, H4 does not', () => {
    const medianOf = (bins: Readonly<Record<string, number>>) => {
      const sorted = Object.entries(bins)
        .map(([bin, count]) => [Number(bin), count] as const)
        .sort(([a], [b]) => a - b);
      const total = sorted.reduce((sum, [, count]) => sum + count, 0);
      const upTo = (index: number) => sorted.slice(0, index + 1).reduce((sum, [, count]) => sum + count, 0);
      return sorted.find((_, index) => upTo(index) >= total / 2)![0];
    };
    const shift = (name: string) => {
      const world = openBenchWorld({ ...publicScenario(name), base: { requestsPerMinute: 200_000 } }, 3);
      const { treatment, control } = world.windowAt({ tick: 500, coverage: HALF, raisedAtMs: 0 });
      return medianOf(treatment.durations) - medianOf(control.durations);
    };
    expect(shift('H3')).toBeGreaterThan(0);
    expect(shift('H4')).toBe(0);
  });

  it('H4 adds half a point to two points of slow answers', () => {
    for (const seed of SEEDS) {
      const world = openBenchWorld(publicScenario('H4'), seed);
      const windows = windowsOf(world, { of: rate.slow });
      const share = (side: 'treatment' | 'control') =>
        windows.reduce((sum, window) => sum + window[side].slow, 0) /
        windows.reduce((sum, window) => sum + window[side].exposures, 0);
      expect((share('treatment') - share('control')) / size(0)(world)).toBeCloseTo(1, 1);
    }
  });

  it('H5 takes three to ten per cent of revenue, of buyers or of what they spend', () => {
    expect(realised('H5', { of: rate.revenue }, size(0))).toBeCloseTo(1, 1);
    const metrics = new Set(
      Array.from({ length: 20 }, (_, seed) => openBenchWorld(publicScenario('H5'), seed).effects[0]!.metric),
    );
    expect([...metrics].sort()).toEqual(['conversion', 'revenue']);
  });

  it('H6 does nothing at 14 % coverage and everything at 41 %', () => {
    expect(realised('H6', { of: rate.errors }, () => 1, 14_000)).toBeCloseTo(1, 1);
    expect(realised('H6', { of: rate.errors }, size(0), 41_000)).toBeCloseTo(1, 1);
  });

  it('H7 hits one segment of one to eight per cent, and no other', () => {
    for (const seed of SEEDS) {
      const world = openBenchWorld(
        { ...publicScenario('H7'), base: { requestsPerMinute: 20_000, errorRate: 0.01 } },
        seed,
      );
      const hit = world.effects[0]!.segment!;
      expect(world.service.segments[hit]!.share).toBeGreaterThanOrEqual(0.01);
      expect(world.service.segments[hit]!.share).toBeLessThanOrEqual(0.08);
      const windows = windowsOf(world, { of: rate.errors });
      world.service.segments.forEach(({ name }, k) => {
        const per = (side: 'treatment' | 'control') =>
          windows.reduce((sum, { segments }) => sum + segments[name]![side].errors, 0) /
          windows.reduce((sum, { segments }) => sum + segments[name]![side].exposures, 0);
        const ratio = per('treatment') / per('control');
        const expected = k === hit ? size(0)(world) : 1;
        expect(ratio / expected).toBeGreaterThan(0.8);
        expect(ratio / expected).toBeLessThan(1.25);
      });
    }
  });

  it('H8 begins after 1.5 to 6 hours, and not before', () => {
    expect(realised('H8', { of: rate.errors, when: (tick) => tick < 85 }, () => 1)).toBeCloseTo(1, 0);
    expect(realised('H8', { of: rate.errors, when: lastHours }, size(0))).toBeCloseTo(1, 1);
  });

  it('H9 bursts for two minutes in every twenty', () => {
    expect(realised('H9', { of: rate.errors, when: (tick) => tick % 20 < 2 }, size(0))).toBeCloseTo(1, 1);
    expect(realised('H9', { of: rate.errors, when: (tick) => tick % 20 >= 2 }, () => 1)).toBeCloseTo(1, 1);
  });

  it('B3 and H11 have incidents of ten to forty minutes in both arms', () => {
    for (const name of ['B3', 'H11']) {
      for (const seed of SEEDS) {
        const world = openBenchWorld(publicScenario(name), seed);
        const incident = world.effects.find(({ arm }) => arm === 'both')!;
        const strengths = Array.from({ length: world.ticks }, (_, tick) =>
          incident.strengthAt({ sinceStartMs: tick * world.tickMs, sinceStepMs: 0, coverage: HALF }),
        );
        const minutes = strengths.filter((strength) => strength > 0).length;
        expect(minutes).toBeGreaterThanOrEqual(10);
        expect(minutes).toBeLessThanOrEqual(41);
      }
    }
    expect(realised('B3', { of: rate.errors }, () => 1)).toBeCloseTo(1, 1);
    expect(realised('H11', { of: rate.errors }, size(0))).toBeCloseTo(1, 1);
  });

  it('B4 and B5 act after a step and fade', () => {
    const world = openBenchWorld({ ...publicScenario('B4'), base: { requestsPerMinute: 200_000, slowRate: 0.03 } }, 1);
    const slow = (tick: number, raisedAtMs: number) => {
      const { treatment, control } = world.windowAt({ tick, coverage: HALF, raisedAtMs });
      return treatment.slow / treatment.exposures / (control.slow / control.exposures);
    };
    expect(slow(104, 100 * 60_000)).toBeCloseTo(1.6, 1);
    expect(slow(106, 100 * 60_000)).toBeCloseTo(1, 1);
    const novelty = openBenchWorld(publicScenario('B5'), 1).effects[0]!;
    expect(novelty.strengthAt({ sinceStartMs: 9e6, sinceStepMs: 0, coverage: HALF })).toBe(1);
    expect(novelty.strengthAt({ sinceStartMs: 9e6, sinceStepMs: 30 * 60_000, coverage: HALF })).toBeCloseTo(
      Math.exp(-1),
      10,
    );
  });

  it.each(['B1', 'B2', 'B6', 'B7', 'B8', 'B9', 'B10', 'D1', 'D2', 'D3'])('%s leaves errors alone', (name) => {
    const quiet = { base: { requestsPerMinute: 5_000, errorRate: 0.01 } };
    const ratios = SEEDS.map((seed) =>
      ratioIn(openBenchWorld({ ...publicScenario(name), ...quiet }, seed), { of: rate.errors }),
    );
    for (const ratio of ratios) expect(ratio).toBeCloseTo(1, 0);
  });

  it('B2 improves business and slow answers, B9 doubles the traffic at least, B10 shifts the mix', () => {
    expect(realised('B2', { of: rate.slow }, () => 0.9)).toBeCloseTo(1, 1);
    expect(realised('B2', { of: rate.revenue }, size(0))).toBeCloseTo(1, 1);
    for (const seed of SEEDS) {
      const traffic = (name: string, only: (tick: number) => boolean) => {
        const world = openBenchWorld(publicScenario(name), seed);
        const { strengthAt, segment } = world.effects[0]!;
        const ticks = Array.from({ length: world.ticks }, (_, tick) => tick).filter((tick) =>
          only(strengthAt({ sinceStartMs: tick * 60_000, sinceStepMs: 0, coverage: HALF })),
        );
        const windows = ticks.slice(0, 120).map((tick) => world.windowAt({ tick, coverage: HALF, raisedAtMs: 0 }));
        const all = windows.reduce((sum, { treatment, control }) => sum + treatment.exposures + control.exposures, 0);
        const name_ = segment === null ? null : world.service.segments[segment]!.name;
        const part = windows.reduce(
          (sum, { segments }) =>
            sum + (name_ === null ? 0 : segments[name_]!.treatment.exposures + segments[name_]!.control.exposures),
          0,
        );
        return { mean: all / windows.length, part: part / all };
      };
      expect(
        traffic('B9', (strength) => strength === 1).mean / traffic('B9', (strength) => strength === 0).mean,
      ).toBeGreaterThan(1.3);
      expect(
        traffic('B10', (strength) => strength === 1).part / traffic('B10', (strength) => strength === 0).part,
      ).toBeGreaterThan(2);
    }
  });
});
