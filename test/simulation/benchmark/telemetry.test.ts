import { describe, expect, it } from 'vitest';
import { openBenchWorld, openTelemetry, type Scenario } from '../../../simulation/benchmark/index.ts';
import type { PolicyWindow } from '../../../simulation/policies/policy.ts';
import { publicScenario } from './public-scenarios.ts';

const B1 = publicScenario('B1');

/** What arrives of a world at half coverage, by tick of arrival, beside what was sent. */
function carried(scenario: Scenario, seed = 1) {
  const world = openBenchWorld(scenario, seed);
  const telemetry = openTelemetry(world);
  const sent: PolicyWindow[] = [];
  const received: { tick: number; window: PolicyWindow }[] = [];
  for (let tick = 0; tick < world.ticks; tick += 1) {
    const window = world.windowAt({ tick, coverage: 50_000, raisedAtMs: 0 });
    sent.push(window);
    telemetry.send(tick, window);
    received.push(...telemetry.receive(tick).map((arrived) => ({ tick, window: arrived })));
  }
  return { sent, received, telemetry };
}

describe('telemetry', () => {
  it('delivers after about 15 s, and one in a hundred after two minutes', () => {
    const { sent, received } = carried({ ...B1, tickMs: 5_000, telemetry: { missingShare: 0, duplicateShare: 0 } });
    const delays = received.map(({ tick, window }) => (tick + 1) * 5_000 - window.endMs);
    const usual = delays.filter((delay) => delay < 120_000);
    expect(usual.reduce((sum, delay) => sum + delay, 0) / usual.length).toBeCloseTo(17_500, -3);
    expect(1 - usual.length / delays.length).toBeCloseTo(0.01, 2);
    expect(received.length).toBeGreaterThan(sent.length * 0.99);
  });

  it('never delivers a window before its end', () => {
    for (const { tick, window } of carried(B1).received)
      expect((tick + 1) * 60_000).toBeGreaterThanOrEqual(window.endMs);
  });

  it('loses and repeats as many as it is told', () => {
    const { sent, received } = carried({
      ...B1,
      tickMs: 10_000,
      telemetry: { missingShare: 0.1, duplicateShare: 0.2 },
    });
    expect(received.length / sent.length).toBeCloseTo(0.9 * 1.2, 1);
    expect(new Set(received.map(({ window }) => window.startMs)).size / sent.length).toBeCloseTo(0.9, 1);
  });

  it('is silent in an outage, and only then', () => {
    const { received, telemetry } = carried({
      ...B1,
      kind: 'dataFault',
      faults: [{ kind: 'outage', onsetHours: 2, durationHours: 1 }],
    });
    expect(telemetry.fault).toEqual({ fromMs: 7_200_000, untilMs: 10_800_000 });
    const starts = received.map(({ window }) => window.startMs);
    expect(starts.filter((startMs) => startMs >= 7_200_000 && startMs < 10_800_000)).toEqual([]);
    expect(starts.some((startMs) => startMs >= 10_800_000)).toBe(true);
  });

  it('dates windows by a clock that is off', () => {
    const { received } = carried({ ...B1, kind: 'dataFault', faults: [{ kind: 'skew', minutes: 5, onsetHours: 1 }] });
    expect(received.some(({ tick, window }) => window.endMs > (tick + 1) * 60_000)).toBe(true);
    expect(received.filter(({ window }) => window.startMs >= 3_600_000 && window.startMs < 3_900_000)).toEqual([]);
  });

  it('loses a twentieth of the treatment, and keeps its books', () => {
    const { sent, received } = carried({ ...B1, kind: 'dataFault', faults: [{ kind: 'lostExposures', share: 0.05 }] });
    const sum = (windows: readonly PolicyWindow[], side: 'treatment' | 'control') =>
      windows.reduce((total, window) => total + window[side].exposures, 0);
    const arrived = [...new Map(received.map(({ window }) => [window.startMs, window])).values()];
    const known = new Set(arrived.map(({ startMs }) => startMs));
    const originals = sent.filter(({ startMs }) => known.has(startMs));
    expect(sum(arrived, 'treatment') / sum(originals, 'treatment')).toBeCloseTo(0.95, 2);
    expect(sum(arrived, 'control')).toBe(sum(originals, 'control'));
    for (const { treatment, segments } of arrived) {
      expect(Object.values(treatment.durations).reduce((total, count) => total + count, 0)).toBe(treatment.exposures);
      expect(Object.values(segments).reduce((total, part) => total + part.treatment.exposures, 0)).toBe(
        treatment.exposures,
      );
    }
  });

  it('loses errors and nothing else when told so', () => {
    const { sent, received } = carried({ ...B1, kind: 'dataFault', faults: [{ kind: 'lostErrors', share: 1 }] });
    expect(received.every(({ window }) => window.treatment.errors === 0)).toBe(true);
    expect(sent.some(({ treatment }) => treatment.errors > 0)).toBe(true);
  });
});
