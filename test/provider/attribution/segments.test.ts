import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type EvaluationContext,
  MAX_SEGMENTS_PER_WINDOW,
  type MetricWindow,
  type ReportRow,
  type RolloutOverlay,
  segmentOf,
} from '../../../domain/index.ts';
import { ExposureLedger } from '../../../provider/attribution/exposure-ledger.ts';
import { segmentValue } from '../../../provider/attribution/segment-value.ts';
import { anOverlay, aSnapshot } from '../flag-server.ts';
import { aClient, aServer } from '../harness.ts';

const NEVER_MS = 1e9;

/** A unit that is served a variant, and perhaps fails. */
interface Served {
  readonly unit: string;
  readonly context: EvaluationContext;
  readonly variant?: string;
  readonly atMs?: number;
  readonly isError?: boolean;
}

/** Rows of a rollout with these segments after everybody was served. */
function rowsAfter(served: readonly Served[], segments: readonly string[], part: Partial<RolloutOverlay> = {}) {
  const ledger = new ExposureLedger(1_000_000);
  const rollout = anOverlay({ segments, ...part });
  for (const { unit, context, variant = 'on', atMs = 0, isError = false } of served) {
    const booking = ledger.expose({ rollout, unit, variant }, { context, isRequest: true, nowMs: atMs });
    if (booking !== undefined && isError) ledger.record(booking, { signal: 'error' }, atMs);
  }
  return ledger.close(NEVER_MS);
}

function segmentsOf(served: readonly Served[], segments: readonly string[]) {
  return rowsAfter(served, segments)[0]?.segments;
}

function rate(exposures: number, events: number): MetricWindow {
  return { kind: 'rate', exposures, events };
}

/** What the segments of one attribute show of a metric together. */
function sumOver({ segments = {} }: ReportRow, attribute: string, metric: string): MetricWindow {
  const windows = Object.entries(segments).flatMap(([name, metrics]) => {
    const window = name.startsWith(`${attribute}=`) ? metrics[metric] : undefined;
    return window?.kind === 'rate' ? [window] : [];
  });
  return rate(
    windows.reduce((sum, { exposures }) => sum + exposures, 0),
    windows.reduce((sum, { events }) => sum + events, 0),
  );
}

describe('leaves', () => {
  it('are reported beside the whole, each with its own units and metrics, and a unit counts in one of them', () => {
    const ledger = new ExposureLedger(1_000_000);
    const rollout = anOverlay({ segments: ['country'] });
    const serve = (unit: string, leaf: string | undefined, isError = false) => {
      const context = { country: leaf ?? 'none' };
      const exposure = { rollout, unit, variant: 'on', ...(leaf === undefined ? {} : { leaf }) };
      const booking = ledger.expose(exposure, { context, isRequest: true, nowMs: 0 })!;
      if (isError) ledger.record(booking, { signal: 'error' }, 0);
    };
    serve('one', 'A', true);
    serve('two', 'A');
    serve('three', 'rest', true);
    serve('one', 'rest');
    const [row] = ledger.close(NEVER_MS);
    expect([row!.units, row!.requests, row!.metrics['errors']]).toEqual([3, 4, rate(3, 2)]);
    const shown = Object.entries(row!.leaves!).map(([leaf, part]) => [leaf, part.units, part.metrics['errors']]);
    expect(shown).toEqual([
      ['A', 2, rate(2, 1)],
      ['rest', 1, rate(1, 1)],
    ]);
    expect(row!.leaves!['A']!.segments).toEqual({ 'country=A': expect.objectContaining({ errors: rate(2, 1) }) });
  });

  it('are not there where all units are treated alike', () => {
    const [row] = rowsAfter([{ unit: 'one', context: {} }], []);
    expect(row).not.toHaveProperty('leaves');
  });
});

describe('segments', () => {
  it('show the rates of the units of each value, and nothing else', () => {
    const served = [
      { unit: 'a', context: { country: 'DE', plan: 'pro' }, isError: true },
      { unit: 'b', context: { country: 'DE' } },
      { unit: 'c', context: { country: 'FR', plan: 'free' } },
      { unit: 'd', context: {} },
    ];
    expect(segmentsOf(served, ['country', 'plan'])).toEqual({
      'country=DE': { errors: rate(2, 1), purchase: rate(2, 0) },
      'country=FR': { errors: rate(1, 0), purchase: rate(1, 0) },
      'plan=pro': { errors: rate(1, 1), purchase: rate(1, 0) },
      'plan=free': { errors: rate(1, 0), purchase: rate(1, 0) },
    });
  });

  it('are absent where a rollout names none, or nobody has the attribute', () => {
    const served = [{ unit: 'a', context: { country: 'DE' } }];
    expect(rowsAfter(served, [])[0]).not.toHaveProperty('segments');
    expect(rowsAfter(served, ['plan'])[0]).not.toHaveProperty('segments');
  });

  it('show a unit in the segment of its first exposure in the window', () => {
    const served = [
      { unit: 'a', context: { country: 'DE' } },
      { unit: 'a', context: { country: 'FR' }, atMs: 1_000 },
      { unit: 'a', context: { country: 'FR' }, atMs: 11_000 },
    ];
    expect(rowsAfter(served, ['country']).map(({ segments }) => Object.keys(segments!))).toEqual([
      ['country=DE'],
      ['country=FR'],
    ]);
  });

  it('show a unit as long as it is at risk', () => {
    const context = { country: 'DE' };
    const served = [
      { unit: 'a', context, isError: true },
      { unit: 'a', context, atMs: 11_000, isError: true },
      { unit: 'b', context, atMs: 11_000 },
    ];
    expect(rowsAfter(served, ['country']).map(({ segments }) => segments!['country=DE']!['errors'])).toEqual([
      rate(1, 1),
      rate(1, 0),
    ]);
  });

  it('of an attribute add up to the units that have it, whatever comes', () => {
    const value = fc.oneof(
      fc.constantFrom('a', 'b', '(other)', '', '__proto__', 'x=y'),
      fc.integer({ min: 0, max: 60 }).map(String),
      fc.boolean(),
      fc.constantFrom(null, [], 'x'.repeat(129)),
    );
    const one = fc.record({
      unit: fc.integer({ min: 0, max: 80 }).map((unit) => `user-${unit}`),
      context: fc.record({ country: value, plan: value }, { requiredKeys: [] }),
      atMs: fc.constantFrom(0, 10_000, 20_000),
      isError: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 150 }), (unordered) => {
        const served = unordered
          .map((exposure) => ({ ...exposure, variant: Number(exposure.unit.slice(5)) % 3 === 0 ? 'on' : 'off' }))
          .toSorted((a, b) => a.atMs - b.atMs);
        const atRisk = expectedAtRisk(served);
        for (const row of rowsAfter(served, ['country', 'plan'])) {
          expect(Object.keys(row.segments ?? {}).length).toBeLessThanOrEqual(MAX_SEGMENTS_PER_WINDOW);
          const ofRow = atRisk.filter(({ atMs, variant }) => atMs === row.startMs && variant === row.variant);
          for (const attribute of ['country', 'plan']) {
            const units = ofRow.filter(({ context }) => segmentValue(context, attribute) !== undefined);
            const events = units.filter(({ isError }) => isError).length;
            expect(sumOver(row, attribute, 'errors')).toEqual(rate(units.length, events));
          }
        }
      }),
      { seed: 11, numRuns: 200 },
    );
  });
});

/** Each unit at risk in each window, as it was first exposed there, and whether it has its first error there. */
function expectedAtRisk(served: readonly Required<Served>[]): readonly Required<Served>[] {
  const failed = new Set<string>();
  return [0, 10_000, 20_000].flatMap((startMs) => {
    const now = served.filter(({ atMs }) => atMs === startMs);
    const first = now.filter(({ unit }, index) => now.findIndex((other) => other.unit === unit) === index);
    const failing = new Set(now.filter(({ isError }) => isError).map(({ unit }) => unit));
    const atRisk = first.filter(({ unit }) => !failed.has(unit));
    for (const unit of failing) failed.add(unit);
    return atRisk.map((exposure) => ({ ...exposure, isError: failing.has(exposure.unit) }));
  });
}

describe('too many segments', () => {
  /** `count` countries, of which number n has n + 1 units in each variant. */
  const countries = (count: number) =>
    Array.from({ length: count }, (_, country) =>
      Array.from({ length: 2 * (country + 1) }, (_unit, index) => ({
        unit: `${country}/${index}`,
        context: { country: `c${country}`, plan: index % 4 < 2 ? 'pro' : 'free' },
        variant: index % 2 === 0 ? 'on' : 'off',
      })),
    ).flat();

  it('are not too many as long as they fit', () => {
    const names = Object.keys(segmentsOf(countries(MAX_SEGMENTS_PER_WINDOW - 2), ['country', 'plan'])!);
    expect(names).toHaveLength(MAX_SEGMENTS_PER_WINDOW);
    expect(names).not.toContain('country=(other)');
  });

  it('keep the names of the busiest, the same in each variant, and sum up the others', () => {
    const rows = rowsAfter(countries(60), ['country', 'plan']);
    expect(rows).toHaveLength(2);
    for (const row of rows) {
      const names = Object.keys(row.segments!).toSorted();
      const busiest = Array.from({ length: 36 }, (_, rank) => `country=c${59 - rank}`);
      expect(names).toEqual([...busiest, 'country=(other)', 'plan=free', 'plan=pro'].toSorted());
      expect(row.segments!['country=(other)']!['errors']).toEqual(rate((24 * 25) / 2, 0));
      expect(sumOver(row, 'country', 'errors')).toEqual(rate(row.units, 0));
    }
  });

  it('take the same names where one variant alone would choose others', () => {
    const few = Array.from({ length: 50 }, (_, index) => ({
      unit: `few-${index}`,
      context: { country: `rare${index}` },
      variant: 'on',
    }));
    const many = countries(45).map((served) => ({ ...served, variant: 'off' }));
    const [on] = rowsAfter([...few, ...many], ['country']);
    expect(on?.segments).toEqual({ 'country=(other)': { errors: rate(50, 0), purchase: rate(50, 0) } });
  });

  it('of an attribute that is different for each unit leave the others alone', () => {
    const served = Array.from({ length: 5_000 }, (_, index) => ({
      unit: `${index}`,
      context: { session: `s${index}`, country: index % 2 === 0 ? 'DE' : 'FR' },
    }));
    const row = rowsAfter(served, ['session', 'country'])[0]!;
    expect(row.segments).toMatchObject({
      'country=DE': { errors: rate(2_500, 0) },
      'country=FR': { errors: rate(2_500, 0) },
    });
    expect(sumOver(row, 'session', 'errors')).toEqual(rate(5_000, 0));
    expect(Object.keys(row.segments!).length).toBeLessThanOrEqual(MAX_SEGMENTS_PER_WINDOW);
  });
});

describe('the value of a segment', () => {
  it.each<[unknown, string | undefined]>([
    ['DE', 'DE'],
    ['', ''],
    [12.5, '12.5'],
    [-0, '0'],
    [false, 'false'],
    ['x'.repeat(128), 'x'.repeat(128)],
    ['x'.repeat(129), undefined],
    ['a\nb', undefined],
    ['\u0000', undefined],
    ['\ud800', undefined],
    ['😀', '😀'],
    [null, undefined],
    [undefined, undefined],
    [['DE'], undefined],
    [{ code: 'DE' }, undefined],
    [Symbol('DE'), undefined],
  ])('of %j is %j', (country, expected) => {
    expect(segmentValue({ country } as EvaluationContext, 'country')).toBe(expected);
  });

  it('comes from own properties, along a path as in rules', () => {
    expect(segmentValue({ geo: { country: 'DE' } }, 'geo.country')).toBe('DE');
    expect(segmentValue({ geo: 'DE' }, 'geo.country')).toBeUndefined();
    expect(segmentValue(Object.create({ country: 'DE' }), 'country')).toBeUndefined();
    expect(segmentValue({}, 'constructor.name')).toBeUndefined();
    expect(segmentValue(null as never, 'country')).toBeUndefined();
  });

  it('is nothing where the context throws', () => {
    const country = { get: () => fail(), enumerable: true };
    const fail = () => {
      throw new Error('mine');
    };
    expect(segmentValue(Object.defineProperty({}, 'country', country), 'country')).toBeUndefined();
  });
});

describe('a client', () => {
  it('reports no segments to a server that knows of none', async () => {
    const { segments: _, ...overlay } = anOverlay();
    const server = await aServer(aSnapshot({ rollouts: [overlay as RolloutOverlay] }));
    const { client, errors, close } = aClient(server);
    await client.ready();
    client.boolean('checkout', false, { targetingKey: 'user-1', country: 'DE' });
    await close();
    expect(errors).toEqual([]);
    expect(server.rows).toMatchObject([{ units: 1, metrics: { errors: rate(1, 0) } }]);
    expect(server.rows[0]).not.toHaveProperty('segments');
  });

  it('reports by the context of each evaluation, and serves whoever has a strange one', async () => {
    const server = await aServer(aSnapshot({ rollouts: [anOverlay({ segments: ['country'] })] }));
    const { client, close } = aClient(server);
    await client.ready();
    const strange = Object.defineProperty({ targetingKey: 'user-2' }, 'country', {
      get: () => {
        throw new Error('mine');
      },
      enumerable: true,
    });
    client.runInScope(() => client.boolean('checkout', false, { targetingKey: 'user-1', country: 'DE' }));
    client.boolean('checkout', false, { targetingKey: 'user-1', country: 'FR' });
    expect(client.details('checkout', 'boolean', false, strange).errorCode).toBeUndefined();
    await close();
    const names = server.rows.flatMap((row) => Object.keys(row.segments ?? {}));
    expect(names).toEqual([segmentOf('country', 'DE')]);
    expect(server.rows.reduce((sum, row) => sum + row.units, 0)).toBe(2);
  });
});
