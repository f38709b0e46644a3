import { describe, expect, it } from 'vitest';
import { baseSeries } from '../../../simulation/benchmark/base-series.ts';
import { openBenchWorld, tracesByName } from '../../../simulation/benchmark/index.ts';
import { publicScenario } from './public-scenarios.ts';

const DAYS = 20;

/** A made-up series of hours: its value is `valueAt(hour)`. */
function csv(valueAt: (hour: number) => number): string {
  const rows = Array.from({ length: DAYS * 24 }, (_, hour) => {
    const time = new Date(Date.UTC(2026, 0, 1, hour)).toISOString();
    return `${time},${valueAt(hour)},0`;
  });
  return ['TimeStamp,Value,Label', ...rows].join('\n');
}

const FILES = {
  'mongo-01.csv': csv((hour) => 100 + 50 * Math.sin(hour)),
  'app2-02.csv': csv((hour) => (hour % 7 === 0 ? 900 : 1)),
  'outbound-03.csv': csv(() => 20),
  'ingress-02.csv': csv(() => 0),
};

describe('synthetic series', () => {
  it('swing around 1 within their limits, the same for the same seed', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const { load, errors, slowness } = baseSeries(seed, 720, undefined);
      const again = baseSeries(seed, 720, undefined);
      const means = [load, errors, slowness].map((factorAt, kind) => {
        const factors = Array.from({ length: 720 }, (_, minute) => factorAt(minute));
        expect(factors).toEqual(factors.map((_, minute) => [again.load, again.errors, again.slowness][kind]!(minute)));
        expect(Math.min(...factors)).toBeGreaterThanOrEqual(0.05);
        expect(Math.max(...factors)).toBeLessThanOrEqual(8);
        return factors.reduce((sum, factor) => sum + factor, 0) / factors.length;
      });
      for (const mean of means) {
        expect(mean).toBeGreaterThan(0.3);
        expect(mean).toBeLessThan(3);
      }
    }
  });
});

describe('real series', () => {
  it('stand for load, errors or slowness by their names, and others for nothing', () => {
    const traces = tracesByName(FILES)!;
    expect([traces.load.length, traces.errors.length, traces.slowness.length]).toEqual([1, 1, 1]);
  });

  it('are not used at all when one of the three is missing', () => {
    const { 'app2-02.csv': _, ...others } = FILES;
    expect(tracesByName(others)).toBeUndefined();
  });

  it('drive a world within the limits of what is possible', () => {
    const traces = tracesByName(FILES)!;
    const { load, errors, slowness } = baseSeries(3, 720, traces);
    const minutes = Array.from({ length: 720 }, (_, minute) => minute);
    expect(Math.max(...minutes.map(errors))).toBe(8);
    expect(new Set(minutes.map(slowness))).toEqual(new Set([1]));
    expect(Math.max(...minutes.map(load))).toBeLessThan(1.6);
    const state = { tick: 5, coverage: 50_000, raisedAtMs: 0 };
    const [real, synthetic] = [{ traces }, {}].map((options) =>
      openBenchWorld(publicScenario('B1'), 1, options).windowAt(state),
    );
    expect(real).not.toEqual(synthetic);
    expect(openBenchWorld(publicScenario('B1'), 1, { traces }).windowAt(state)).toEqual(real);
  });
});
