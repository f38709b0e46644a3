import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UsablePoint } from '../../../../controller/ingest/otlp/point.ts';
import { aPoint, aRollout, Memory, SINCE_MS, VARIANT } from './builders.ts';

describe('running totals', () => {
  it('that began under the present coverage count in full, then by what was added', () => {
    const memory = new Memory(aRollout());
    memory.take(aPoint(5, 7));
    memory.take(aPoint(15, 10));
    expect(memory.exposuresByWindow).toEqual({ 0: 7, 1: 3 });
  });

  it('that began before the present coverage count from their second point on', () => {
    const memory = new Memory(aRollout());
    expect(memory.take(aPoint(5, 1000, { from: -60 }))).toMatchObject({ baseline: 1, counted: 0, rows: [] });
    memory.take(aPoint(15, 1004, { from: -60 }));
    expect(memory.exposuresByWindow).toEqual({ 1: 4 });
  });

  it('count nothing of an interval that began before the present coverage', () => {
    const memory = new Memory(aRollout());
    memory.take(aPoint(-1, 50, { from: -60 }));
    memory.take(aPoint(4, 80, { from: -60 }));
    memory.take(aPoint(14, 90, { from: -60 }));
    expect(memory.exposuresByWindow).toEqual({ 1: 10 });
  });

  it('whose start is not told, or is the moment of their first point, have a past that nobody knows', () => {
    const memory = new Memory(aRollout());
    memory.take(aPoint(5, 1000, { startMs: null }), aPoint(5, 1000, { from: 5 }));
    memory.take(aPoint(15, 1003, { startMs: null }), aPoint(15, 1004, { from: 5 }));
    expect(memory.exposuresByWindow).toEqual({ 1: 7 });
  });

  it('that drop began anew', () => {
    const memory = new Memory(aRollout());
    memory.take(aPoint(5, 100));
    memory.take(aPoint(15, 4));
    expect(memory.exposuresByWindow).toEqual({ 0: 100, 1: 4 });
  });

  it('of two processes with the same attributes are told apart by their start', () => {
    const memory = new Memory(aRollout());
    for (const [atSeconds, first, second] of [
      [5, 10, 900],
      [15, 30, 901],
      [25, 60, 905],
    ] as const) {
      memory.take(aPoint(atSeconds, first, { from: 1 }), aPoint(atSeconds, second, { from: 2 }));
    }
    expect(memory.exposures).toBe(60 + 905);
  });

  it('of a process that started again count beside late repetitions of the one before', () => {
    const memory = new Memory(aRollout());
    const last = aPoint(15, 120);
    memory.take(aPoint(5, 100), last);
    memory.take(aPoint(25, 3, { from: 18 }));
    expect(memory.take(last)).toMatchObject({ duplicate: 1, rows: [] });
    memory.take(aPoint(35, 8, { from: 18 }));
    expect(memory.exposuresByWindow).toEqual({ 0: 100, 1: 20, 2: 3, 3: 5 });
  });

  it('that a long running process shows for the first time began at 0 when it was heard without them', () => {
    const memory = new Memory(aRollout());
    const other = new Map([[VARIANT, 'elsewhere']]);
    memory.take(aPoint(5, 1000, { from: -60, attributes: other }));
    memory.take(aPoint(15, 1000, { from: -60, attributes: other }), aPoint(15, 2, { from: -60 }));
    memory.take(aPoint(25, 5, { from: -60 }));
    expect(memory.exposuresByWindow).toEqual({ 1: 2, 2: 3 });
  });

  it('that were first heard together with their process, in two halves of one export, have an unknown past', () => {
    const memory = new Memory(aRollout());
    memory.take(aPoint(5, 9, { from: -60, attributes: new Map([[VARIANT, 'off']]) }));
    memory.take(aPoint(5, 1000, { from: -60 }));
    expect(memory.exposures).toBe(0);
  });
});

describe('increments', () => {
  const delta = (from: number, until: number, value: number) =>
    aPoint(until, value, { temporality: 'delta', startMs: SINCE_MS + from * 1000 });

  it('count each, once, in whatever order they come', () => {
    const memory = new Memory(aRollout());
    memory.take(delta(10, 20, 4));
    memory.take(delta(0, 10, 3), delta(20, 30, 5));
    expect(memory.take(delta(0, 10, 3), delta(10, 20, 4))).toMatchObject({ duplicate: 2, counted: 0 });
    expect(memory.exposuresByWindow).toEqual({ 0: 3, 1: 4, 2: 5 });
  });

  it('that began before the present coverage do not count', () => {
    const memory = new Memory(aRollout());
    expect(memory.take(delta(-1, 9, 4))).toMatchObject({ baseline: 1, rows: [] });
  });

  it('older than all that are remembered are taken for repetitions', () => {
    const memory = new Memory(aRollout());
    for (let n = 1; n <= 61; n++) memory.take(delta(n, n + 1, 1));
    expect(memory.take(delta(0, 1, 1))).toMatchObject({ duplicate: 1 });
    expect(memory.exposures).toBe(61);
  });
});

describe('windows', () => {
  it.each([
    [0.001, 0],
    [9.999, 0],
    [10, 0],
    [10.000_5, 1],
    [20, 1],
  ])('a point at %d s belongs to window %d: the one that holds the instant just before', (atSeconds, window) => {
    const memory = new Memory(aRollout());
    memory.take(aPoint(atSeconds, 1));
    expect(memory.exposuresByWindow).toEqual({ [window]: 1 });
  });

  it('have rows under the present allocation, with the exposures of the first metric as units', () => {
    const sources = {
      errors: { exposures: { instrument: 'requests' }, events: { instrument: 'errors' } },
      searches: { exposures: { instrument: 'searches' }, events: { instrument: 'errors' } },
      latency: { durations: { instrument: 'latency' }, durationUnitMs: 1000 },
    };
    const memory = new Memory(aRollout(sources, { generation: 3, coverage: 25_000 }));
    memory.take(
      aPoint(5, 40),
      aPoint(5, 50, { instrument: 'searches' }),
      aPoint(5, 2, { instrument: 'errors' }),
      aPoint(5, 0, { instrument: 'latency', reading: { kind: 'explicit', bounds: [0.1, 1], counts: [3, 2, 1] } }),
    );
    expect(memory.rows).toEqual([
      {
        rollout: 'r',
        generation: 3,
        coverage: 25_000,
        variant: 'on',
        startMs: SINCE_MS,
        endMs: SINCE_MS + 10_000,
        units: 40,
        newUnits: 0,
        requests: 40,
        metrics: {
          errors: { kind: 'rate', exposures: 40, events: 2 },
          searches: { kind: 'rate', exposures: 50, events: 2 },
          latency: { kind: 'duration', exposures: 6, bins: expect.anything() },
        },
      },
    ]);
  });

  it('that are shorter than the export interval are worth a warning', () => {
    const memory = new Memory(aRollout());
    memory.take(aPoint(1, 1));
    const { warnings, counted } = memory.take(aPoint(61, 2));
    expect(counted).toBe(1);
    expect(warnings).toEqual([{ instrument: 'requests', fault: expect.stringContaining('"r" (10000 ms)') }]);
    expect(memory.take(aPoint(71, 3)).warnings).toEqual([]);
  });

  it.each(['draft', 'completed', 'rolledBack'] as const)('of a rollout that is %s get nothing', (phase) => {
    const memory = new Memory(aRollout(undefined, { phase }));
    memory.take(aPoint(5, 7));
    expect(memory.rows).toEqual([]);
  });
});

it.each([
  ['three minutes ahead', 3_600 + 180],
  ['a day and a minute old', 3_600 - 86_460],
])('a point that is %s is refused, and its stream stays as it was', (_what, atSeconds) => {
  const memory = new Memory(aRollout());
  const { rejections } = memory.take(aPoint(atSeconds, 50, { from: -90_000 }));
  expect(rejections).toEqual([{ instrument: 'requests', fault: expect.stringContaining('set the clock') }]);
  memory.take(aPoint(5, 7));
  expect(memory.exposures).toBe(7);
});

/** A life of a process: from its start on, the number of requests in each second. */
const aLife = fc.record({
  from: fc.integer({ min: -40, max: 60 }),
  requests: fc.array(fc.nat(5), { minLength: 1, maxLength: 40 }),
});

describe('sums are exact', () => {
  it('over processes that start and end, with points repeated, lost and out of order', () => {
    const deliveries = fc.array(
      fc.record({ life: fc.nat(), second: fc.nat(), copies: fc.integer({ min: 1, max: 3 }) }),
      {
        minLength: 1,
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(fc.array(aLife, { minLength: 1, maxLength: 4 }), deliveries, (lives, sent) => {
        const memory = new Memory(aRollout());
        const heard = new Map<number, readonly UsablePoint[]>();
        for (const { life: lifeSeed, second, copies } of sent) {
          const life = lifeSeed % lives.length;
          const point = totalOf(lives[life]!, second % lives[life]!.requests.length, life);
          for (let copy = 0; copy < copies; copy++) memory.take(point);
          const before = heard.get(life) ?? [];
          if (point.timeMs > (before.at(-1)?.timeMs ?? 0)) heard.set(life, [...before, point]);
        }
        let expected = 0;
        for (const points of heard.values()) expected += addedBy(points);
        expect(memory.exposures).toBe(expected);
      }),
      { seed: 20_261_124, numRuns: 300 },
    );
  });

  it('over totals that do not tell when they began anew, as far as a drop shows it', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { minLength: 1, maxLength: 40 }), (values) => {
        const memory = new Memory(aRollout());
        for (const [second, value] of values.entries()) memory.take(aPoint(second, value, { startMs: null }));
        const added = values.map((value, n) => (value < values[n - 1]! ? value : value - (values[n - 1] ?? value)));
        expect(memory.exposures).toBe(added.reduce((sum, count) => sum + count, 0));
      }),
      { seed: 20_261_126, numRuns: 200 },
    );
  });

  it('over increments, with each repeated and all out of order', () => {
    const sent = fc
      .array(fc.nat(9), { minLength: 1, maxLength: 50 })
      .chain((counts) =>
        fc.tuple(fc.constant(counts), fc.shuffledSubarray([...counts.keys(), ...counts.keys()], { minLength: 1 })),
      );
    fc.assert(
      fc.property(sent, ([counts, order]) => {
        const memory = new Memory(aRollout());
        for (const second of order) {
          const startMs = SINCE_MS + second * 1000;
          memory.take(aPoint(second + 1, counts[second]!, { temporality: 'delta', startMs }));
        }
        const once = [...new Set(order)].reduce((sum, second) => sum + counts[second]!, 0);
        expect(memory.exposures).toBe(once);
      }),
      { seed: 20_261_125, numRuns: 300 },
    );
  });
});

/** What a life says of itself at the end of one of its seconds; lives share all attributes and differ in their start. */
function totalOf({ from, requests }: { from: number; requests: readonly number[] }, second: number, life: number) {
  const value = requests.slice(0, second + 1).reduce((sum, count) => sum + count, 0);
  return aPoint(from + second + 1, value, { from: from + life / 10 });
}

/**
 * What the windows have to hold of the points of a life that were newer than all before: its last total when it began
 * under the coverage, else what was added since the first point after the coverage was reached.
 */
function addedBy(points: readonly UsablePoint[]): number {
  const newest = totalIn(points.at(-1)!);
  if (points[0]!.startMs! >= SINCE_MS) return newest;
  const first = points.find(({ timeMs }) => timeMs >= SINCE_MS);
  return first === undefined ? 0 : newest - totalIn(first);
}

function totalIn({ reading }: UsablePoint): number {
  return reading.kind === 'sum' ? reading.value : 0;
}
