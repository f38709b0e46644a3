import { describe, expect, it } from 'vitest';
import { explainPoints } from '../../../../controller/ingest/otlp/explain-points.ts';
import type { Attributes, OtlpPoint } from '../../../../controller/ingest/otlp/point.ts';
import { selectPoints } from '../../../../controller/ingest/otlp/select-points.ts';
import { aPoint, aRollout, VARIANT } from './builders.ts';

const ROLLOUT = aRollout({
  errors: {
    exposures: { instrument: 'requests', where: { service: 'shop' } },
    events: { instrument: 'requests', where: { service: 'shop', status: '500' } },
  },
  latency: { durations: { instrument: 'latency' } },
});

/** A point of "requests" with these attributes. */
function requests(attributes: Readonly<Record<string, string>>, resource: Attributes = new Map()): OtlpPoint {
  return { ...aPoint(1, 1), attributes: new Map(Object.entries(attributes)), resource };
}

const rolesOf = (point: OtlpPoint) =>
  selectPoints([point], [ROLLOUT]).points.flatMap(({ uses }) =>
    uses.map(({ role, variant }) => `${role} of ${variant}`),
  );

describe('a point counts', () => {
  it.each<{ what: string; point: OtlpPoint; roles: readonly string[] }>([
    {
      what: 'when all attributes agree',
      point: requests({ [VARIANT]: 'on', service: 'shop', status: '200' }),
      roles: ['exposures of on'],
    },
    {
      what: 'for several selectors',
      point: requests({ [VARIANT]: 'off', service: 'shop', status: '500' }),
      roles: ['exposures of off', 'events of off'],
    },
    {
      what: "by the resource's attributes too",
      point: requests({ [VARIANT]: 'on' }, new Map([['service', 'shop']])),
      roles: ['exposures of on'],
    },
    {
      what: 'by its own attributes before those of the resource',
      point: requests({ [VARIANT]: 'on', service: 'other' }, new Map([['service', 'shop']])),
      roles: [],
    },
    { what: 'for nothing with an attribute missing', point: requests({ [VARIANT]: 'on' }), roles: [] },
    { what: 'for nothing without a variant', point: requests({ service: 'shop' }), roles: [] },
    {
      what: 'for nothing with a variant of another flag',
      point: requests({ [VARIANT]: 'blue', service: 'shop' }),
      roles: [],
    },
    {
      what: 'for nothing under another name',
      point: { ...requests({ [VARIANT]: 'on', service: 'shop' }), instrument: 'other' },
      roles: [],
    },
  ])('$what', ({ point, roles }) => {
    expect(rolesOf(point)).toEqual(roles);
  });

  it('for every rollout that asks for it', () => {
    const other = { ...ROLLOUT, definition: { ...ROLLOUT.definition, rollout: 'other' } };
    const { points } = selectPoints([requests({ [VARIANT]: 'on', service: 'shop' })], [ROLLOUT, other]);
    expect(points[0]?.uses.map(({ rollout }) => rollout)).toEqual(['r', 'other']);
  });
});

it('a point of an instrument that is asked for shows that its process was heard, and is ignored otherwise', () => {
  const { points, ignoredCount } = selectPoints([requests({}), { ...requests({}), instrument: 'other' }], [ROLLOUT]);
  expect(points).toMatchObject([{ uses: [] }]);
  expect(ignoredCount).toBe(2);
});

describe('a point is refused', () => {
  const duration = { instrument: 'latency', unit: 'ms' };
  it.each<{ what: string; point: OtlpPoint; fault: string }>([
    {
      what: 'as its kind says',
      point: { ...requests({ [VARIANT]: 'on', service: 'shop' }), fault: 'is a gauge' },
      fault: 'is a gauge',
    },
    { what: 'when durations are asked of a sum', point: aPoint(1, 1, duration), fault: 'is a sum' },
    {
      what: 'when durations have no buckets',
      point: aPoint(1, 1, { ...duration, reading: { kind: 'explicit', bounds: [], counts: [3] } }),
      fault: 'without buckets',
    },
    {
      what: 'when durations have a unit that is none of time',
      point: aPoint(1, 1, { ...duration, unit: '1', reading: { kind: 'explicit', bounds: [1], counts: [3, 4] } }),
      fault: 'durationUnitMs in the source of "latency"',
    },
  ])('$what', ({ point, fault }) => {
    expect(selectPoints([point], [ROLLOUT])).toMatchObject({
      points: [],
      rejections: [{ fault: expect.stringContaining(fault) }],
      ignoredCount: 0,
    });
  });

  it('only when somebody asks for it', () => {
    const gauge = { ...requests({}), fault: 'is a gauge' };
    expect(selectPoints([gauge], [ROLLOUT])).toMatchObject({ points: [], rejections: [], ignoredCount: 1 });
  });
});

it('durations take their unit from the instrument, unless the metric says otherwise', () => {
  const inSeconds = aPoint(1, 1, {
    instrument: 'latency',
    unit: 's',
    reading: { kind: 'explicit', bounds: [1], counts: [3, 4] },
  });
  const stated = aRollout({ latency: { durations: { instrument: 'latency' }, durationUnitMs: 60_000 } });
  const unitIn = (rollout: typeof ROLLOUT) => selectPoints([inSeconds], [rollout]).points[0]?.uses[0]?.unitMs;
  expect([unitIn(ROLLOUT), unitIn(stated)]).toEqual([1000, 60_000]);
});

describe('the answer', () => {
  it('says each thing once, with its number of points', () => {
    const gauge = { instrument: 'memory', fault: 'is a gauge' };
    expect(explainPoints([gauge, gauge], [{ instrument: 'hits', fault: 'is slow' }])).toBe(
      '"memory" is a gauge (2 points refused); "hits" is slow (1 point counted)',
    );
    expect(explainPoints([], [])).toBe('');
  });

  it('stays short', () => {
    const notes = Array.from({ length: 5000 }, (_, n) => ({
      instrument: `${n}${'x'.repeat(9000)}`,
      fault: 'is a gauge',
    }));
    expect(explainPoints(notes, []).length).toBeLessThan(1200);
    expect(explainPoints(notes, [])).toContain('and 4992 more');
  });
});
