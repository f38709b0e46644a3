import { describe, expect, it } from 'vitest';
import { type Answers, readWindows } from '../../../../controller/index.ts';
import { durationBinOf, type Rollout } from '../../../../domain/index.ts';
import { aCountedRollout, answers, aSeries, ERRORS, LATENCY } from './builders.ts';

const NOTHING = { all_total: [], bad_total: [] };
const errors = aCountedRollout([ERRORS]);
const latency = aCountedRollout([LATENCY]);

/** Exposures and events of "on" in each window from second 10 on; null where there is no row. */
const ratesOf = (given: Answers, windows: number, rollout: Rollout = errors) => {
  const starts = Array.from({ length: windows }, (_, index) => 10_000 + index * 10_000);
  return readWindows(rollout, given, starts).windows.map(({ report }) => {
    const window = report?.rows.find(({ variant }) => variant === 'on')?.metrics['errors'];
    return window?.kind === 'rate' ? [window.exposures, window.events] : null;
  });
};
const on = (...samples: readonly (readonly [number, number])[]) => aSeries({ variant: 'on' }, ...samples);

describe('increases of counters', () => {
  it('are differences from the sample before the window', () => {
    const given = answers({
      all_total: [on([5, 100], [15, 107], [25, 110])],
      bad_total: [on([5, 1], [15, 3], [25, 3])],
    });
    expect(ratesOf(given, 2)).toEqual([
      [7, 2],
      [3, 0],
    ]);
  });

  it('belong to the window that ends at or after the sample', () => {
    const given = answers({ ...NOTHING, all_total: [on([10, 1], [20, 5], [20.001, 6])] });
    expect(ratesOf(given, 2)).toEqual([
      [4, 0],
      [1, 0],
    ]);
  });

  it('count in full what is there after a reset, however many there are', () => {
    const given = answers({ ...NOTHING, all_total: [on([9, 100], [12, 110], [14, 4], [16, 6], [18, 0], [19, 3])] });
    expect(ratesOf(given, 1)).toEqual([[10 + 4 + 2 + 0 + 3, 0]]);
  });

  it('after a gap count as one in the window of the first sample, and windows without samples have no row', () => {
    const given = answers({ ...NOTHING, all_total: [on([9, 100], [35, 160])] });
    expect(ratesOf(given, 3)).toEqual([null, null, [60, 0]]);
  });

  it('of a counter that appears while its target is looked at begin at 0', () => {
    const given = answers({ all_total: [on([9, 100], [14, 110], [19, 120])], bad_total: [on([19, 2])] });
    expect(ratesOf(given, 1)).toEqual([[20, 2]]);
  });

  it('of a target never seen before begin with its second look: what it counted before is not known', () => {
    const seen = aSeries({ variant: 'on', instance: 'b' }, [14, 1_000_000], [19, 1_000_003]);
    const given = answers({ ...NOTHING, all_total: [on([9, 0], [19, 1]), seen] });
    expect(ratesOf(given, 1)).toEqual([[4, 0]]);
  });

  it('that began before the present coverage do not count', () => {
    const rollout = { ...errors, state: { ...errors.state, coverageSinceMs: 10_000 } };
    const given = answers({ all_total: [on([9, 100], [12, 150], [15, 153])], bad_total: [on([12, 9], [15, 10])] });
    expect(ratesOf(given, 1, rollout)).toEqual([[3, 1]]);
  });

  it('add up over the series of a variant', () => {
    const given = answers({
      ...NOTHING,
      all_total: [
        aSeries({ variant: 'on', status: '200' }, [9, 1], [15, 4]),
        aSeries({ variant: 'on', status: '500' }, [9, 1], [15, 3]),
        aSeries({ variant: 'on', instance: 'b' }, [8, 50], [16, 51]),
        aSeries({ variant: 'off' }, [9, 1], [15, 1000]),
      ],
    });
    expect(ratesOf(given, 1)).toEqual([[6, 0]]);
  });

  it.each([
    ['NaN', Number.NaN],
    ['an infinity', Number.POSITIVE_INFINITY],
    ['a negative number', -1],
    ['a fraction', 1.5],
    ['a number too large to be exact', 2 ** 53],
  ])('drop the windows that %s touches, and no others', (_, value) => {
    const given = answers({ ...NOTHING, all_total: [on([9, 1], [15, 2], [25, value], [35, 4], [45, 5])] });
    expect(ratesOf(given, 4)).toEqual([[1, 0], null, null, [1, 0]]);
    const { windows } = readWindows(errors, given, [20_000]);
    expect(windows[0]?.faults).toEqual([{ reason: 'invalidSample', detail: expect.stringContaining('errors') }]);
  });

  it('that contradict each other drop the window', () => {
    const given = answers({ all_total: [on([9, 1], [15, 2])], bad_total: [on([9, 1], [15, 3])] });
    const [window] = readWindows(errors, given, [10_000]).windows;
    expect(window).toMatchObject({ report: null, faults: [{ reason: 'contradiction' }] });
  });
});

describe('series of others', () => {
  it('are left out and told', () => {
    const given = answers({
      ...NOTHING,
      all_total: [
        on([9, 0], [15, 1]),
        aSeries({}, [9, 0], [15, 7]),
        aSeries({ variant: 'constructor' }, [9, 0], [15, 9]),
      ],
    });
    expect(ratesOf(given, 1)).toEqual([[1, 0]]);
    expect(readWindows(errors, given, [10_000]).faults.map(({ reason }) => reason)).toEqual([
      'missingVariantLabel',
      'unknownVariant',
      'noEvents',
    ]);
  });

  it('are asked after when nothing matches the events, because a misspelt selector looks like perfect health', () => {
    const silent = readWindows(errors, answers({ ...NOTHING, all_total: [on([9, 0], [15, 1])] }), [10_000]);
    expect(silent.faults).toEqual([{ reason: 'noEvents', detail: 'errors: nothing matches bad_total' }]);
    const heard = answers({ all_total: [on([9, 0], [15, 1])], bad_total: [on([9, 0])] });
    expect(readWindows(errors, heard, [10_000]).faults).toEqual([]);
    expect(readWindows(errors, answers(NOTHING), [10_000]).faults).toEqual([]);
  });
});

describe('buckets', () => {
  const bucket = (le: string, ...samples: readonly (readonly [number, number])[]) =>
    aSeries({ variant: 'on', le }, ...samples);
  const read = (...series: readonly ReturnType<typeof bucket>[]) =>
    readWindows(latency, answers({ time_bucket: series }), [10_000]).windows[0]!;
  const windowOf = (result: ReturnType<typeof read>) =>
    result.report?.rows.find(({ variant }) => variant === 'on')?.metrics['latency'];

  it('become bins of their upper edges', () => {
    const result = read(
      bucket('+Inf', [9, 10], [15, 20]),
      bucket('100', [9, 5], [15, 12]),
      bucket('250', [9, 9], [15, 18]),
    );
    expect(windowOf(result)).toEqual({
      kind: 'duration',
      exposures: 10,
      bins: { [durationBinOf(100)]: 7, [durationBinOf(250)]: 2, [durationBinOf(250) + 1]: 1 },
    });
    expect(result.faults).toEqual([]);
  });

  it('beyond the last edge are above it, even where the edge is the longest duration', () => {
    const result = read(bucket('90000000', [9, 0], [15, 0]), bucket('+Inf', [9, 0], [15, 3]));
    expect(windowOf(result)).toMatchObject({ bins: { [durationBinOf(90_000_000) + 1]: 3 } });
  });

  it('of processes with other edges are divided each by its own', () => {
    const other = (le: string, ...samples: readonly (readonly [number, number])[]) =>
      aSeries({ variant: 'on', instance: 'b', le }, ...samples);
    const result = read(
      ...[bucket('100', [9, 0], [15, 4]), bucket('+Inf', [9, 0], [15, 4])],
      ...[other('50', [9, 0], [15, 1]), other('+Inf', [9, 0], [15, 2])],
    );
    expect(windowOf(result)).toMatchObject({
      exposures: 6,
      bins: { [durationBinOf(50)]: 1, [durationBinOf(50) + 1]: 1, [durationBinOf(100)]: 4 },
    });
  });

  it('that a scrape tore apart are raised to what the smaller ones hold, and told', () => {
    const result = read(
      bucket('100', [9, 0], [15, 5]),
      bucket('250', [9, 0], [15, 4]),
      bucket('+Inf', [9, 0], [15, 6]),
    );
    expect(windowOf(result)).toMatchObject({ exposures: 6, bins: { [durationBinOf(100)]: 5 } });
    expect(result.faults.map(({ reason }) => reason)).toEqual(['tornBuckets']);
  });

  it.each([
    ['without "+Inf"', [bucket('100', [9, 0], [15, 5])]],
    ['with "+Inf" only', [bucket('+Inf', [9, 0], [15, 5])]],
    ['with an edge that is no number', [bucket('fast', [9, 0], [15, 5]), bucket('+Inf', [9, 0], [15, 5])]],
    ['without edges', [aSeries({ variant: 'on' }, [9, 0], [15, 5])]],
  ])('%s drop the window', (_, series) => {
    expect(read(...series)).toMatchObject({ report: null, faults: [{ reason: 'malformedBuckets' }] });
  });
});

describe('a report', () => {
  const rollout = aCountedRollout([ERRORS, LATENCY]);
  const given = answers({
    all_total: [aSeries({ variant: 'on' }, [9, 0], [15, 8]), aSeries({ variant: 'off' }, [9, 0], [15, 20])],
    bad_total: [],
    time_bucket: [
      aSeries({ variant: 'on', le: '1' }, [9, 0], [15, 9]),
      aSeries({ variant: 'on', le: '+Inf' }, [9, 0], [15, 9]),
    ],
  });

  it('is the same whenever it is made, and numbered by its window', () => {
    const [first] = readWindows(rollout, given, [10_000]).windows;
    const [, again] = readWindows(rollout, given, [0, 10_000]).windows;
    expect(again).toEqual(first);
    expect(first?.report).toMatchObject({ source: 'prometheus/r', epoch: 1, sequence: 1 });
  });

  it('counts requests: as many as the largest metric, none of them new', () => {
    const [window] = readWindows(rollout, given, [10_000]).windows;
    expect(window?.report?.rows).toMatchObject([
      { variant: 'off', units: 20, newUnits: 0, requests: 20, coverage: 5_000, startMs: 10_000, endMs: 20_000 },
      { variant: 'on', units: 9, newUnits: 0, requests: 9 },
    ]);
  });

  it('is not made where nothing was looked at', () => {
    expect(readWindows(rollout, given, [50_000]).windows).toEqual([{ endMs: 60_000, report: null, faults: [] }]);
  });
});
