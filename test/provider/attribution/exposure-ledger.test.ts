import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { durationBinOf, type ReportRow, type RolloutOverlay } from '../../../domain/index.ts';
import { ExposureLedger, type Occasion, type Outcome } from '../../../provider/attribution/exposure-ledger.ts';
import type { Booking } from '../../../provider/attribution/generation-ledger.ts';
import { hashOfUnit } from '../../../provider/attribution/unit-sample.ts';
import { anOverlay } from '../flag-server.ts';

const WINDOW_MS = 10_000;
const ERROR: Outcome = { signal: 'error' };
const overlay = anOverlay({ windowMs: WINDOW_MS, attributionMs: 5_000 });

function aLedger(maxUnits = 1_000_000) {
  const ledger = new ExposureLedger(maxUnits);
  ledger.measure([overlay]);
  return ledger;
}

function latency(durationMs: number): Outcome {
  return { signal: 'latency', durationMs };
}

function event(metric: string, value?: number): Outcome {
  return { signal: 'event', metric, value };
}

function aRequest(nowMs: number): Occasion {
  return { context: {}, isRequest: true, nowMs };
}

function expose(
  ledger: ExposureLedger,
  unit: string,
  atMs: number,
  part: Partial<RolloutOverlay> & { variant?: string } = {},
): Booking {
  const { variant = 'on', ...rest } = part;
  const booking = ledger.expose({ rollout: { ...overlay, ...rest }, unit, variant }, aRequest(atMs));
  if (booking === undefined) throw new Error(`${unit} was not counted`);
  return booking;
}

function only(rows: readonly ReportRow[]): ReportRow {
  expect(rows).toHaveLength(1);
  return rows[0]!;
}

describe('windows', () => {
  it('are aligned to their length, and close when the last outcome is due', () => {
    const ledger = aLedger();
    expose(ledger, 'a', 12_345);
    expect(ledger.close(24_999)).toEqual([]);
    expect(only(ledger.close(25_000))).toEqual({
      rollout: 'checkout-on',
      generation: 1,
      coverage: 50_000,
      variant: 'on',
      startMs: 10_000,
      endMs: 20_000,
      units: 1,
      newUnits: 1,
      requests: 1,
      metrics: {
        errors: { kind: 'rate', exposures: 1, events: 0 },
        latency: { kind: 'duration', exposures: 0, bins: {} },
        purchase: { kind: 'rate', exposures: 1, events: 0 },
        revenue: { kind: 'value', exposures: 1, sum: 0, sumOfSquares: 0, nonZero: 0 },
      },
    });
    expect(ledger.close(1e9)).toEqual([]);
  });

  it('count a unit once, and all of its requests', () => {
    const ledger = aLedger();
    for (let request = 0; request < 7; request += 1) expose(ledger, 'a', 1_000 * request);
    expect(only(ledger.close(1e9))).toMatchObject({ units: 1, newUnits: 1, requests: 7 });
  });

  it('tell units from new units', () => {
    const ledger = aLedger();
    expose(ledger, 'a', 0);
    expose(ledger, 'a', 10_000);
    expose(ledger, 'b', 10_000);
    expect(ledger.close(1e9)).toMatchObject([
      { startMs: 0, units: 1, newUnits: 1 },
      { startMs: 10_000, units: 2, newUnits: 1 },
    ]);
  });

  it('are kept apart by coverage within the same time, and a unit is new under each coverage once', () => {
    const ledger = aLedger();
    expose(ledger, 'a', 1_000);
    expose(ledger, 'a', 2_000, { coverage: 60_000 });
    expose(ledger, 'a', 3_000);
    expose(ledger, 'a', 12_000, { coverage: 60_000 });
    expect(ledger.close(1e9)).toMatchObject([
      { startMs: 0, coverage: 50_000, units: 1, newUnits: 1, requests: 2 },
      { startMs: 0, coverage: 60_000, units: 1, newUnits: 1, requests: 1 },
      { startMs: 10_000, coverage: 60_000, units: 1, newUnits: 0, requests: 1 },
    ]);
  });

  it('know nothing of the generation before', () => {
    const ledger = aLedger();
    ledger.record(expose(ledger, 'a', 0), ERROR, 1);
    expose(ledger, 'a', 10_000, { generation: 2 });
    expect(ledger.close(1e9)).toMatchObject([
      { generation: 1, newUnits: 1, metrics: { errors: { exposures: 1, events: 1 } } },
      { generation: 2, newUnits: 1, metrics: { errors: { exposures: 1, events: 0 } } },
    ]);
  });

  it('take no exposure when the clock goes back into a closed one', () => {
    const ledger = aLedger();
    expose(ledger, 'a', 1_000);
    ledger.close(15_000);
    expect(ledger.expose({ rollout: overlay, unit: 'b', variant: 'on' }, aRequest(9_000))).toBeUndefined();
    expect(ledger.close(1e9)).toEqual([]);
  });

  it('are forgotten with their rollout once it is over', () => {
    const ledger = aLedger();
    expose(ledger, 'a', 0);
    ledger.measure([]);
    expect(ledger.smallestWindowMs).toBe(WINDOW_MS);
    expect(ledger.close(15_000)).toHaveLength(1);
    expect(ledger.smallestWindowMs).toBeUndefined();
  });
});

describe('outcomes', () => {
  it('belong to the window of the exposure, also when they come after its end', () => {
    const ledger = aLedger();
    const booking = expose(ledger, 'a', 9_999);
    expose(ledger, 'a', 10_001);
    expect(ledger.record(booking, ERROR, 14_999)).toBe('counted');
    expect(ledger.close(1e9)).toMatchObject([
      { startMs: 0, metrics: { errors: { exposures: 1, events: 1 } } },
      { startMs: 10_000, metrics: { errors: { exposures: 0, events: 0 } } },
    ]);
  });

  it('are dropped and counted beyond the horizon, whether or not the window was reported yet', () => {
    const ledger = aLedger();
    const booking = expose(ledger, 'a', 0);
    expect(ledger.record(booking, ERROR, 15_000)).toBe('tooLate');
    expect(only(ledger.close(15_000)).metrics['errors']).toMatchObject({ exposures: 1, events: 0 });
    expect(ledger.record(booking, latency(5), 15_001)).toBe('tooLate');
    expect(ledger.lateOutcomeCount).toBe(2);
    expect(ledger.close(1e9)).toEqual([]);
  });

  it('count the first event of a unit only, in whatever order the events arrive', () => {
    const ledger = aLedger();
    const [first, second] = [expose(ledger, 'a', 9_000), expose(ledger, 'a', 11_000)];
    ledger.record(second, ERROR, 12_000);
    ledger.record(first, ERROR, 13_000);
    ledger.record(first, ERROR, 13_001);
    expose(ledger, 'a', 21_000);
    expect(ledger.close(1e9).map((row) => row.metrics['errors'])).toEqual([
      { kind: 'rate', exposures: 1, events: 1 },
      { kind: 'rate', exposures: 0, events: 0 },
      { kind: 'rate', exposures: 0, events: 0 },
    ]);
  });

  it('keep a unit at risk of one event that had another', () => {
    const ledger = aLedger();
    ledger.record(expose(ledger, 'a', 0), ERROR, 1);
    ledger.record(expose(ledger, 'a', 10_000), event('purchase'), 10_001);
    expect(ledger.close(1e9)[1]?.metrics).toMatchObject({
      errors: { exposures: 0, events: 0 },
      purchase: { exposures: 1, events: 1 },
    });
  });

  it('count durations once per unit and coverage: the slowest of its first window', () => {
    const ledger = aLedger();
    ledger.record(expose(ledger, 'a', 0), latency(20), 30);
    ledger.record(expose(ledger, 'a', 100), latency(300), 400);
    ledger.record(expose(ledger, 'a', 500), latency(10), 510);
    ledger.record(expose(ledger, 'b', 600), latency(20), 620);
    ledger.record(expose(ledger, 'a', 10_000), latency(900), 11_000);
    ledger.record(expose(ledger, 'a', 20_000, { coverage: 60_000 }), latency(50), 20_050);
    expect(ledger.close(1e9).map((row) => row.metrics['latency'])).toEqual([
      { kind: 'duration', exposures: 2, bins: { [durationBinOf(300)]: 1, [durationBinOf(20)]: 1 } },
      { kind: 'duration', exposures: 0, bins: {} },
      { kind: 'duration', exposures: 1, bins: { [durationBinOf(50)]: 1 } },
    ]);
  });

  it('sum up values per unit before they are squared', () => {
    const ledger = aLedger();
    const booking = expose(ledger, 'a', 0);
    ledger.record(booking, event('revenue', 3), 1);
    ledger.record(booking, event('revenue', 4), 2);
    ledger.record(expose(ledger, 'b', 0), event('revenue', -1), 3);
    expose(ledger, 'c', 0);
    expect(only(ledger.close(1e9)).metrics['revenue']).toEqual({
      kind: 'value',
      exposures: 3,
      sum: 6,
      sumOfSquares: 50,
      nonZero: 2,
    });
  });

  it('count values once per unit and coverage, whenever inside of the horizon they were tracked', () => {
    const ledger = aLedger();
    expose(ledger, 'a', 9_000);
    expose(ledger, 'b', 9_000);
    const again = expose(ledger, 'a', 11_000);
    expect(ledger.record(again, event('revenue', 7), 14_999)).toBe('counted');
    expect(ledger.recordForUnit('b', event('revenue', 2), 14_999)).toEqual(['counted']);
    expect(ledger.record(again, event('revenue', 100), 15_000)).toBe('counted');
    ledger.record(expose(ledger, 'a', 12_000, { coverage: 60_000 }), event('revenue', 5), 12_001);
    expect(ledger.close(1e9).map((row) => [row.coverage, row.metrics['revenue']])).toEqual([
      [50_000, { kind: 'value', exposures: 2, sum: 9, sumOfSquares: 53, nonZero: 2 }],
      [50_000, { kind: 'value', exposures: 0, sum: 0, sumOfSquares: 0, nonZero: 0 }],
      [60_000, { kind: 'value', exposures: 1, sum: 5, sumOfSquares: 25, nonZero: 1 }],
    ]);
  });

  it('count the values of a unit under the variant that it was first served only', () => {
    const ledger = aLedger();
    expose(ledger, 'a', 0, { variant: 'off' });
    ledger.record(expose(ledger, 'a', 1), event('revenue', 7), 2);
    expect(ledger.close(1e9).map((row) => row.metrics['revenue'])).toMatchObject([
      { exposures: 1, sum: 0 },
      { exposures: 0, sum: 0 },
    ]);
  });

  it.each([
    [0.1, 0.2, -0.3],
    [1e-200, 0, 0],
  ])('sum up to nothing when amounts cancel or vanish: %d, %d, %d', (...amounts) => {
    const ledger = aLedger();
    const booking = expose(ledger, 'a', 0);
    for (const amount of amounts) ledger.record(booking, event('revenue', amount), 1);
    expect(only(ledger.close(1e9)).metrics['revenue']).toMatchObject({ exposures: 1, sum: 0, nonZero: 0 });
  });

  it('of a metric that nobody declared, or without the value that it needs, are not counted', () => {
    const ledger = aLedger();
    const booking = expose(ledger, 'a', 0);
    expect(ledger.record(booking, event('refund', 1), 1)).toBe('notDeclared');
    expect(ledger.record(booking, event('revenue'), 1)).toBe('valueMissing');
    expect(only(ledger.close(1e9)).metrics['revenue']).toMatchObject({ sum: 0 });
  });

  it('of a unit belong to its latest exposure', () => {
    const ledger = aLedger();
    expose(ledger, 'a', 9_000);
    expose(ledger, 'a', 11_000);
    expect(ledger.recordForUnit('a', event('purchase'), 12_000)).toEqual(['counted']);
    expect(ledger.recordForUnit('b', event('purchase'), 12_000)).toEqual(['notDeclared']);
    expect(ledger.close(1e9).map((row) => row.metrics['purchase'])).toMatchObject([{ events: 0 }, { events: 1 }]);
  });

  it('of a unit that was exposed too long ago are dropped and counted', () => {
    const ledger = aLedger();
    expose(ledger, 'a', 9_000);
    expect(ledger.recordForUnit('a', event('purchase'), 15_000)).toEqual(['tooLate']);
    ledger.close(15_000);
    expect(ledger.recordForUnit('a', event('purchase'), 15_000)).toEqual(['tooLate']);
    expect(ledger.lateOutcomeCount).toBe(2);
  });
});

describe('memory', () => {
  it('holds a random subset of units beyond its limit, the same share of each variant', () => {
    const maxUnits = 20_000;
    const ledger = aLedger(maxUnits);
    for (let unit = 0; unit < 1_000_000; unit += 1) {
      const rollout = { ...overlay, attributionMs: 1e6 };
      const atMs = Math.floor(unit / 10_000) * 1_000;
      const booking = ledger.expose(
        { rollout, unit: `user-${unit}`, variant: unit % 4 === 0 ? 'on' : 'off' },
        aRequest(atMs),
      );
      if (booking !== undefined && unit % 5 === 0) ledger.record(booking, ERROR, atMs);
    }
    expect(ledger.sampledShare).toBe(1 / 64);
    const totals = { on: { units: 0, events: 0 }, off: { units: 0, events: 0 } };
    for (const { variant, units, newUnits, requests, metrics } of ledger.close(1e9)) {
      expect([newUnits, requests]).toEqual([units, units]);
      const total = totals[variant as 'on' | 'off'];
      total.units += units;
      if (metrics['errors']?.kind === 'rate') total.events += metrics['errors'].events;
    }
    const counted = totals.on.units + totals.off.units;
    expect(counted).toBeLessThanOrEqual(maxUnits);
    expect(counted).toBeGreaterThan(1_000_000 / 64 - 5 * Math.sqrt(1_000_000 / 64));
    expect(totals.on.units / counted).toBeCloseTo(0.25, 1);
    expect(totals.on.events / totals.on.units).toBeCloseTo(0.2, 1);
    expect(totals.off.events / totals.off.units).toBeCloseTo(0.2, 1);
  });

  it('is limited for units of the past as well', () => {
    const ledger = aLedger(1_000);
    for (let unit = 0; unit < 10_000; unit += 1) {
      const booking = ledger.expose({ rollout: overlay, unit: `user-${unit}`, variant: 'on' }, aRequest(unit * 1_000));
      if (booking !== undefined) ledger.record(booking, ERROR, unit * 1_000);
      ledger.close(unit * 1_000);
    }
    expect(ledger.sampledShare).toBeLessThanOrEqual(1 / 8);
  });

  it('counts the units that remain exactly as if the others had never come', () => {
    const action = fc.record({
      unit: fc.integer({ min: 0, max: 40 }),
      atMs: fc.integer({ min: 0, max: 30_000 }),
      isError: fc.boolean(),
      durationMs: fc.integer({ min: 1, max: 1_000 }),
    });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 200 }), (unordered) => {
        const actions = unordered.toSorted((a, b) => a.atMs - b.atMs);
        const small = aLedger(10);
        const play = (ledger: ExposureLedger, only: (unit: string) => boolean) => {
          for (const { unit, atMs, isError, durationMs } of actions) {
            if (!only(`user-${unit}`)) continue;
            const booking = ledger.expose({ rollout: overlay, unit: `user-${unit}`, variant: 'on' }, aRequest(atMs));
            if (booking === undefined) continue;
            ledger.record(booking, latency(durationMs), atMs);
            if (isError) ledger.record(booking, ERROR, atMs);
          }
          return ledger.close(1e9).filter((row) => row.units > 0);
        };
        const rows = play(small, () => true);
        const share = small.sampledShare;
        expect(rows).toEqual(play(aLedger(), (unit) => hashOfUnit(unit) < share * 2 ** 53));
      }),
      { seed: 7, numRuns: 200 },
    );
  });
});

describe('hash of a unit', () => {
  it('is an integer below 2^53 and evenly spread', () => {
    const counts = new Array<number>(16).fill(0);
    for (let unit = 0; unit < 16_000; unit += 1) {
      const unitHash = hashOfUnit(`user-${unit}`);
      expect(Number.isSafeInteger(unitHash)).toBe(true);
      counts[Math.floor(unitHash / 2 ** 49)]! += 1;
    }
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(5 * Math.sqrt(1_000));
  });
});
