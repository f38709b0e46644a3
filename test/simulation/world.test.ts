import { describe, expect, it } from 'vitest';
import type { MetricWindow, VariantWindow } from '../../domain/index.ts';
import { bucketDispersion } from '../../models/index.ts';
import { seededDraws } from '../../simulation/draws.ts';
import { DIURNAL, withIncidents } from '../../simulation/rhythm.ts';
import { START_MS } from '../../simulation/rollouts.ts';
import { NO_EFFECT, openWorld, type World } from '../../simulation/world.ts';

const FLAT = { load: () => 1, errors: () => 1, slowness: () => 1 };

const quiet: World = {
  unitsPerMinute: 2_000,
  windowMs: 60_000,
  metrics: ['errors', 'requests', 'latency', 'revenue'],
  rhythm: FLAT,
  dispersion: 1,
  countries: 0,
  treatment: NO_EFFECT,
};

function windowsOf(world: World, count: number, coverage = 50_000) {
  const draw = openWorld(world, seededDraws(5, 6));
  return Array.from(
    { length: count },
    (_, minute) => draw({ startMs: START_MS + minute * 60_000, minute, coverage }).sources['app']!.variants,
  );
}

function rateOf(variants: readonly VariantWindow[], metric: string): number {
  const windows = variants.map(({ metrics }) => metrics[metric] as MetricWindow & { kind: 'rate' });
  const sum = (of: 'events' | 'exposures') => windows.reduce((total, window) => total + window[of], 0);
  return sum('events') / sum('exposures');
}

describe('the simulated world', () => {
  it('is the same for the same seed', () => {
    expect(windowsOf(quiet, 3)).toEqual(windowsOf(quiet, 3));
  });

  it('divides units as the coverage says', () => {
    const windows = windowsOf(quiet, 200, 20_000);
    const units = (variant: 'new' | 'old') => windows.reduce((sum, shown) => sum + shown[variant]!.units, 0);
    // 400 000 units: the share's standard error is 0.0006.
    expect(units('new') / (units('new') + units('old'))).toBeCloseTo(0.2, 2);
  });

  it('gives the treatment the errors that it is meant to have', () => {
    const windows = windowsOf({ ...quiet, treatment: { ...NO_EFFECT, errors: 2 } }, 300);
    const side = (variant: 'new' | 'old') =>
      rateOf(
        windows.map((shown) => shown[variant]!),
        'errors',
      );
    // 1 500 and 3 000 events.
    expect(side('new') / side('old')).toBeGreaterThan(1.8);
    expect(side('new') / side('old')).toBeLessThan(2.2);
  });

  it('counts in a country no more than in all of them together', () => {
    for (const { new: shown } of windowsOf({ ...quiet, countries: 12 }, 5)) {
      const parts = Object.values(shown!.segments!).map(({ errors }) => errors as MetricWindow & { kind: 'rate' });
      const total = shown!.metrics['errors'] as MetricWindow & { kind: 'rate' };
      expect(parts.reduce((sum, { exposures }) => sum + exposures, 0)).toBe(total.exposures);
      expect(parts.reduce((sum, { events }) => sum + events, 0)).toBe(total.events);
    }
  });

  it.each([1, 4])('failing requests have the dispersion %d that is asked for', (dispersion) => {
    const windows = windowsOf({ ...quiet, dispersion }, 1_500);
    const found = bucketDispersion(
      windows.map(({ old }) => old!.metrics['requests'] as MetricWindow & { kind: 'rate' }),
    );
    // The standard error of an estimate from 1 500 windows is about 4 % of it, more in bursts.
    expect(found!.dispersion / dispersion).toBeGreaterThan(0.85);
    expect(found!.dispersion / dispersion).toBeLessThan(1.2);
  });

  it('in an incident both sides fail', () => {
    const rhythm = withIncidents(DIURNAL, [{ fromMinute: 100, minutes: 30, errorFactor: 5, slowness: 1.5 }]);
    expect([99, 100, 129, 130].map((minute) => rhythm.errors(minute) / DIURNAL.errors(minute))).toEqual([1, 5, 5, 1]);
    expect([99, 100, 130].map(rhythm.slowness)).toEqual([1, 1.5, 1]);
  });
});
