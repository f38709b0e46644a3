import { describe, expect, it } from 'vitest';
import { decide, type Outcome, type RolloutEvidence } from '../../../controller/decide/index.ts';
import { type ClosedWindow, durationBinOf, type Rollout, type VariantWindow } from '../../../domain/index.ts';
import type { RateEvidence } from '../../../models/index.ts';
import { type SeededDraws, seededDraws } from '../../models/seeded-draws.ts';
import { aRollout, errors, fromOneSource, latency, START_MS } from './builders.ts';

const MINUTE_MS = 60_000;

/** A service and what the new variant does to it. */
interface World {
  readonly unitsPerMinute: number;
  readonly errorRate: number;
  readonly errorFactor: number;
  /** Factor on every duration of the treatment; absent: durations are not reported. */
  readonly latencyFactor?: number;
}

/** How a rollout went. */
interface Ending {
  readonly action: 'rollback' | 'complete' | 'unfinished';
  readonly codes: readonly string[];
  readonly windowCount: number;
  readonly maxCoverage: number;
  readonly excessEvents: number;
}

/** Runs a rollout of one-minute windows to its end; load and error rate swing by half within four hours. */
function runRollout(rollout: Rollout, world: World, seed: number): Ending {
  const draws = seededDraws(seed);
  const bins = { new: binProbabilities(world.latencyFactor), old: binProbabilities(world.latencyFactor && 1) };
  let { state } = rollout;
  let evidence: RolloutEvidence | null = null;
  let maxCoverage = state.coverage;
  for (let minute = 0; minute < 24 * 60; minute += 1) {
    const swing = 1 + 0.5 * Math.sin((2 * Math.PI * minute) / 240);
    const share = state.coverage / 100_000;
    const load = world.unitsPerMinute * swing;
    const variants = {
      new: drawVariant(draws, load * share, world.errorRate * swing * world.errorFactor, bins.new),
      old: drawVariant(draws, load * (1 - share), world.errorRate * swing, bins.old),
    };
    const startMs = START_MS + minute * MINUTE_MS;
    const window: ClosedWindow = {
      startMs,
      endMs: startMs + MINUTE_MS,
      coverage: state.coverage,
      ...fromOneSource(variants),
    };
    const outcome: Outcome = decide({
      nowMs: window.endMs,
      rollout: { ...rollout, state },
      evidence,
      closedThroughMs: window.endMs,
      windows: [window],
      quarantinedSources: [],
      lateShare: 0,
    });
    evidence = outcome.evidence;
    const { action, coverage, reasons } = outcome.decision;
    if (action === 'rollback' || action === 'complete') {
      const { sources } = evidence.treatments['new']!.guardrails['errors']!;
      const { excessEvents } = sources['app']!.monitors[0] as RateEvidence;
      return { action, codes: reasons.map(({ code }) => code), windowCount: minute + 1, maxCoverage, excessEvents };
    }
    if (action === 'ramp') state = { ...state, coverage, coverageSinceMs: window.endMs };
    maxCoverage = Math.max(maxCoverage, coverage);
  }
  return { action: 'unfinished', codes: [], windowCount: 24 * 60, maxCoverage, excessEvents: 0 };
}

/** Independent Poisson counts of failing units, and of units by bin of duration. */
function drawVariant(
  draws: SeededDraws,
  meanUnits: number,
  errorRate: number,
  bins: readonly (readonly [number, number])[],
): VariantWindow {
  const counts = bins.map(([bin, share]) => [bin, draws.poisson(meanUnits * share)] as const);
  const seen = counts.filter(([, count]) => count > 0);
  const units = bins.length > 0 ? seen.reduce((sum, [, count]) => sum + count, 0) : draws.poisson(meanUnits);
  const failed = Math.min(units, draws.poisson(meanUnits * errorRate));
  return {
    units,
    newUnits: units,
    requests: units,
    metrics: {
      errors: { kind: 'rate', exposures: units, events: failed },
      ...(bins.length > 0 && { latency: { kind: 'duration', exposures: units, bins: Object.fromEntries(seen) } }),
    },
  };
}

const SAMPLES = 20_000;

/** Shares of a log-normal duration (median 100 ms, σ = 0.8) times a factor, by bin. */
function binProbabilities(factor: number | undefined): readonly (readonly [number, number])[] {
  if (factor === undefined) return [];
  const draws = seededDraws(99);
  const counts = new Map<number, number>();
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const bin = durationBinOf(100 * factor * Math.exp(0.8 * draws.normal()));
    counts.set(bin, (counts.get(bin) ?? 0) + 1);
  }
  return [...counts].map(([bin, count]) => [bin, count / SAMPLES] as const);
}

const planned = (alpha: number, metrics = [errors]) =>
  aRollout(
    {
      alpha,
      metrics,
      windowMs: MINUTE_MS,
      burnInMs: 2 * MINUTE_MS,
      bakeMs: 30 * MINUTE_MS,
      stages: [1_000, 5_000, 20_000, 50_000, 95_000].map((coverage) => ({ coverage, dwellMs: 20 * MINUTE_MS })),
    },
    { coverage: 1_000 },
  );

describe('a rollout that decides for itself', () => {
  it('takes eight times the errors back before a tenth of the traffic has seen them', () => {
    const world = { unitsPerMinute: 2_000, errorRate: 0.01, errorFactor: 8 };
    const endings = Array.from({ length: 20 }, (_, seed) => runRollout(planned(0.05), world, seed));
    expect(endings.every(({ action, maxCoverage }) => action === 'rollback' && maxCoverage <= 5_000)).toBe(true);
    expect(Math.max(...endings.map(({ windowCount }) => windowCount))).toBeLessThan(30);
    expect(Math.max(...endings.map(({ excessEvents }) => excessEvents))).toBeLessThan(40);
  });

  it('lets 100 healthy rollouts through, but for those that alpha allows', () => {
    const world = { unitsPerMinute: 2_000, errorRate: 0.005, errorFactor: 1 };
    const endings = Array.from({ length: 100 }, (_, seed) => runRollout(planned(0.05), world, 1_000 + seed));
    // At most 5 rollbacks are expected at α = 0.05, standard deviation 2.2; a margin of a tenth leaves far fewer.
    expect(endings.filter(({ action }) => action === 'rollback').length).toBeLessThanOrEqual(5);
    expect(endings.filter(({ action }) => action === 'complete').length).toBeGreaterThanOrEqual(95);
  });

  it('at the margin itself alpha still holds', () => {
    const world = { unitsPerMinute: 2_000, errorRate: 0.02, errorFactor: 1.1 };
    const endings = Array.from({ length: 100 }, (_, seed) => runRollout(planned(0.2), world, 5_000 + seed));
    // At most 20 are expected at α = 0.2, standard deviation 4.
    expect(endings.filter(({ action }) => action === 'rollback').length).toBeLessThanOrEqual(20);
  });

  it('takes a treatment back that is two fifths slower, and lets one through that is as fast', () => {
    const world = { unitsPerMinute: 600, errorRate: 0.005, errorFactor: 1 };
    const endingsAt = (latencyFactor: number) =>
      Array.from({ length: 12 }, (_, seed) =>
        runRollout(planned(0.05, [errors, latency]), { ...world, latencyFactor }, 9_000 + seed),
      );
    for (const { action, codes } of endingsAt(1.4)) expect([action, ...codes]).toEqual(['rollback', 'guardrailBreach']);
    // 12 · 0.05 = 0.6 rollbacks are expected at most.
    expect(endingsAt(1).filter(({ action }) => action === 'complete').length).toBeGreaterThanOrEqual(11);
  });

  it('the same seed gives the same rollout', () => {
    const world = { unitsPerMinute: 600, errorRate: 0.01, errorFactor: 2 };
    expect(runRollout(planned(0.05), world, 4)).toEqual(runRollout(planned(0.05), world, 4));
  });
});
