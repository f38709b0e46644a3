import { describe, expect, it } from 'vitest';
import { checkReport } from '../../controller/index.ts';
import type { ReportRow } from '../../domain/index.ts';

const VALUE = { kind: 'value', exposures: 4, sum: 10, sumOfSquares: 30 } as const;

/** Violations of a report with one row. */
function check(changes: Partial<ReportRow>): readonly string[] {
  const row: ReportRow = {
    rollout: 'r',
    generation: 1,
    coverage: 1_000,
    variant: 'on',
    startMs: 0,
    endMs: 10_000,
    units: 10,
    newUnits: 4,
    requests: 12,
    metrics: {},
    ...changes,
  };
  return checkReport({ source: 'web', epoch: 1, sequence: 0, rows: [row] }).map(({ path }) => path);
}

describe('a report', () => {
  it('may show anything that can be', () => {
    const covariate = { sum: -4, sumOfSquares: 16, sumOfProducts: -12 };
    const metrics = {
      errors: { kind: 'rate', exposures: 10, events: 10 },
      latency: { kind: 'duration', exposures: 3, bins: { '-5': 1, '7': 2 } },
      revenue: { ...VALUE, nonZero: 4, covariate },
      nothing: { kind: 'value', exposures: 0, sum: 0, sumOfSquares: 0, nonZero: 0 },
      equal: {
        kind: 'value',
        exposures: 10,
        sum: 1,
        sumOfSquares: Array(10)
          .fill(0.01)
          .reduce((a, b) => a + b, 0),
      },
    } as const;
    expect(check({ metrics, segments: { 'country=DE': metrics, 'plan=': {} } })).toEqual([]);
  });

  it.each<{ what: string; path: string; changes: Partial<ReportRow> }>([
    { what: 'an empty window', path: '/endMs', changes: { endMs: 0 } },
    { what: 'more new units than units', path: '/newUnits', changes: { newUnits: 11 } },
    {
      what: 'leaves with more units together',
      path: '/leaves',
      changes: {
        leaves: {
          A: { units: 6, newUnits: 0, requests: 0, metrics: {} },
          rest: { units: 5, newUnits: 0, requests: 0, metrics: {} },
        },
      },
    },
    {
      what: 'more new units than units in a leaf',
      path: '/leaves/A/newUnits',
      changes: { leaves: { A: { units: 1, newUnits: 2, requests: 0, metrics: {} } } },
    },
    {
      what: 'a rate of more units in a leaf',
      path: '/leaves/A/metrics/m/exposures',
      changes: {
        leaves: {
          A: { units: 1, newUnits: 1, requests: 0, metrics: { m: { kind: 'rate', exposures: 2, events: 0 } } },
        },
      },
    },
    {
      what: 'a rate of more units',
      path: '/metrics/m/exposures',
      changes: of({ kind: 'rate', exposures: 11, events: 0 }),
    },
    {
      what: 'more events than units',
      path: '/metrics/m/events',
      changes: of({ kind: 'rate', exposures: 1, events: 2 }),
    },
    {
      what: 'bins that hold other numbers',
      path: '/metrics/m/bins',
      changes: of({ kind: 'duration', exposures: 3, bins: { '1': 2 } }),
    },
    { what: 'more non-zero units than units', path: '/metrics/m/nonZero', changes: of({ ...VALUE, nonZero: 5 }) },
    {
      what: 'a sum that its squares do not allow',
      path: '/metrics/m/sumOfSquares',
      changes: of({ ...VALUE, sum: 11 }),
    },
    {
      what: 'a sum that needs more non-zero units',
      path: '/metrics/m/sumOfSquares',
      changes: of({ ...VALUE, nonZero: 3 }),
    },
    {
      what: 'a covariate that its squares do not allow',
      path: '/metrics/m/covariate/sumOfSquares',
      changes: of({ ...VALUE, covariate: { sum: 9, sumOfSquares: 20, sumOfProducts: 0 } }),
    },
    {
      what: 'products that the squares do not allow',
      path: '/metrics/m/covariate/sumOfProducts',
      changes: of({ ...VALUE, covariate: { sum: 1, sumOfSquares: 3, sumOfProducts: -9.5 } }),
    },
    {
      what: 'a segment with more units than the window',
      path: '/segments/plan=a~1b~0/m/exposures',
      changes: { segments: { 'plan=a/b~': { m: { kind: 'rate', exposures: 11, events: 1 } } } },
    },
    {
      what: 'a segment with more units than all of them',
      path: '/segments/country=DE/m/exposures',
      changes: {
        metrics: { m: { kind: 'rate', exposures: 5, events: 1 } },
        segments: { 'country=DE': { m: { kind: 'rate', exposures: 6, events: 1 } } },
      },
    },
  ])('with $what is impossible', ({ path, changes }) => {
    expect(check(changes)).toEqual([`/rows/0${path}`]);
  });
});

function of(metric: ReportRow['metrics'][string]): Partial<ReportRow> {
  return { metrics: { m: metric } };
}
