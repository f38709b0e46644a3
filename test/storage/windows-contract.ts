import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  addVariants,
  type ClosedWindow,
  type MetricReport,
  type ReportRow,
  type Scope,
  type Storage,
  type VariantWindows,
} from '../../domain/index.ts';
import { allMetrics, aReport, aRow, aRunningRollout, aScope, theWindow } from './builders.ts';

/** Under which reports count where it does not matter. */
const KEY = 'key1';

const NO_LATENESS = { allowedLatenessMs: 0, attributionMs: 0 };

export function windowsContract(get: () => Storage): void {
  it('returns a reported window as it was reported', async () => {
    const scope = await aMeasuredScope();
    expect(await accept(scope, aReport(0, [aRow(0)]))).toEqual({ isDuplicate: false, lateRowCount: 0 });
    const { units, newUnits, requests, metrics } = aRow(0);
    const variants = { on: { units, newUnits, requests, metrics } };
    expect(await readRecent(scope)).toEqual([
      { ...theWindow(0), coverage: 1_000, sources: { [KEY]: { reports: 1, clockSkewMs: null, variants } } },
    ]);
  });

  it('adds up what several processes of a source, and several rows of one report, say about a window', async () => {
    const scope = await aMeasuredScope();
    await accept(scope, aReport(0, [aRow(0), aRow(0, { metrics: { errors: rate(7, 2) } })]));
    await accept(scope, aReport(0, [aRow(0, { metrics: allMetrics(20, 5) })], 'web-2'));
    const [window] = await readRecent(scope);
    expect(window?.sources[KEY]?.reports).toBe(2);
    expect(shown(window!)['on']).toEqual({
      units: 30,
      newUnits: 12,
      requests: 75,
      metrics: {
        errors: rate(37, 8),
        latency: { kind: 'duration', exposures: 30, bins: { '-3': 6, '48': 24 } },
        revenue: { kind: 'value', exposures: 30, sum: 3.75, sumOfSquares: 0.468_75 },
      },
    });
  });

  it('keeps windows apart by time, coverage and variant', async () => {
    const scope = await aMeasuredScope();
    const rows = [aRow(1), aRow(0, { coverage: 5_000 }), aRow(0), aRow(0, { variant: 'off' })];
    await accept(scope, aReport(0, rows));
    const shape = (window: ClosedWindow) => [window.startMs, window.coverage, Object.keys(shown(window)).sort()];
    const [first, second] = [theWindow(0).startMs, theWindow(1).startMs];
    expect((await readRecent(scope)).map(shape)).toEqual([
      [second, 1_000, ['on']],
      [first, 5_000, ['on']],
      [first, 1_000, ['off', 'on']],
    ]);
    expect(await readRecent(scope, 1)).toHaveLength(1);
    await close(scope);
    expect((await readClosed(scope)).map(shape)).toEqual([
      [first, 1_000, ['off', 'on']],
      [first, 5_000, ['on']],
      [second, 1_000, ['on']],
    ]);
  });

  it('counts a report once, and none of an epoch before the newest of its source', async () => {
    const scope = await aMeasuredScope();
    const duplicate = { isDuplicate: true, lateRowCount: 0 };
    const fresh = { isDuplicate: false, lateRowCount: 0 };
    await accept(scope, aReport(0, [aRow(0)]));
    expect(await accept(scope, aReport(0, [aRow(0)]))).toEqual(duplicate);
    expect(await accept(scope, { ...aReport(0, [aRow(0)]), epoch: 2 })).toEqual(fresh);
    expect(await accept(scope, aReport(1, [aRow(0)]))).toEqual(duplicate);
    expect(await accept(scope, { ...aReport(1, [aRow(0)]), epoch: 2 })).toEqual(fresh);
    expect(await accept(scope, aReport(0, [aRow(0)], 'web-2'))).toEqual(fresh);
    expect((await readRecent(scope)).map(unitsOf)).toEqual([{ on: 40 }]);
  });

  it('counts a report once that arrives eight times at the same moment', async () => {
    const scope = await aMeasuredScope();
    const receipts = await Promise.all(Array.from({ length: 8 }, () => accept(scope, aReport(0, [aRow(0)]))));
    expect(receipts.filter((receipt) => !receipt.isDuplicate)).toHaveLength(1);
    expect((await readRecent(scope)).map(unitsOf)).toEqual([{ on: 10 }]);
  });

  it.each<{ what: string; changes: Partial<ReportRow>; code: string; path: string }>([
    { what: 'rollout', changes: { rollout: 'missing' }, code: 'reportForUnknownRollout', path: '/rollout' },
    { what: 'generation', changes: { generation: 2 }, code: 'reportForUnknownRollout', path: '/generation' },
    { what: 'variant', changes: { variant: 'maybe' }, code: 'reportForUnknownRollout', path: '/variant' },
    { what: 'metric', changes: { metrics: { clicks: rate(1, 1) } }, code: 'invalidReport', path: '/metrics/clicks' },
    {
      what: 'kind',
      changes: { metrics: { latency: rate(1, 1) } },
      code: 'invalidReport',
      path: '/metrics/latency/kind',
    },
  ])('refuses a report with an unknown $what, and stores nothing of it', async ({ changes, code, path }) => {
    const scope = await aMeasuredScope();
    const bad = accept(scope, aReport(0, [aRow(0), aRow(1), aRow(1, changes)]));
    await expect(bad).rejects.toMatchObject({ code, violations: [{ path: `/rows/2${path}` }] });
    expect(await readRecent(scope)).toEqual([]);
    expect(await accept(scope, aReport(0, [aRow(0)]))).toEqual({ isDuplicate: false, lateRowCount: 0 });
  });

  it('names every bad row of a report', async () => {
    const scope = await aMeasuredScope();
    const rows = [aRow(0, { variant: 'maybe' }), aRow(0), aRow(0, { rollout: 'missing' })];
    await expect(accept(scope, aReport(0, rows))).rejects.toMatchObject({
      violations: [{ path: '/rows/0/variant' }, { path: '/rows/2/rollout' }],
    });
  });

  it.each([
    { what: 'three minutes ahead', aheadMs: 3 * 60_000 },
    { what: 'a day and a minute old', aheadMs: -24 * 3_600_000 - 60_000 },
  ])('refuses a window that is $what and tells to set the clock', async ({ aheadMs }) => {
    const scope = await aMeasuredScope();
    const endMs = Math.round((Date.now() + aheadMs) / 10_000) * 10_000;
    const row = aRow(0, { startMs: endMs - 10_000, endMs });
    await expect(accept(scope, aReport(0, [row]))).rejects.toMatchObject({
      code: 'invalidReport',
      violations: [{ path: '/rows/0/endMs', message: expect.stringContaining('clock of the source') }],
    });
  });

  it.each([
    { what: 'begins elsewhere', startMs: theWindow(0).startMs + 1, endMs: theWindow(0).endMs + 1 },
    { what: 'is longer', startMs: theWindow(0).startMs, endMs: theWindow(1).endMs },
  ])('refuses a window that $what than the rollout says: windows would overlap', async ({ startMs, endMs }) => {
    const scope = await aMeasuredScope();
    await expect(accept(scope, aReport(0, [aRow(0, { startMs, endMs })]))).rejects.toMatchObject({
      code: 'invalidReport',
      violations: [{ path: '/rows/0/startMs', message: expect.stringContaining('multiples of 10000 ms') }],
    });
  });

  it('closes windows up to the newest one less the allowed lateness, and never opens them again', async () => {
    const scope = await aMeasuredScope();
    const closeWith = async (allowedLatenessMs: number) =>
      (await close(scope, { allowedLatenessMs, attributionMs: 0 })).closedThroughMs;
    expect(await closeWith(0)).toBe(0);
    await accept(
      scope,
      aReport(
        0,
        [0, 1, 2, 5].map((n) => aRow(n)),
      ),
    );
    expect(await closeWith(20_000)).toBe(theWindow(2).endMs);
    expect(await closeWith(50_000)).toBe(theWindow(2).endMs);
    expect(await closeWith(0)).toBe(theWindow(5).endMs);
  });

  it('leaves windows open while their outcomes may still come', async () => {
    const scope = await aMeasuredScope();
    await accept(scope, aReport(0, [aRow(0), aRow(1)]));
    const { closedThroughMs, nowMs } = await close(scope, { allowedLatenessMs: 0, attributionMs: 24 * 3_600_000 });
    expect(closedThroughMs).toBe(0);
    expect(Math.abs(nowMs - Date.now())).toBeLessThan(10_000);
    const attributionMs = nowMs - theWindow(0).endMs;
    expect(await close(scope, { allowedLatenessMs: 0, attributionMs })).toMatchObject({
      closedThroughMs: theWindow(0).endMs,
      throughMs: 0,
      state: null,
    });
  });

  it('refuses to close windows of a rollout or generation that does not exist', async () => {
    const scope = await aMeasuredScope();
    const { windows } = get();
    const notFound = { code: 'rolloutNotFound' };
    await expect(windows.closeWindows(scope, 'missing', 1, NO_LATENESS)).rejects.toMatchObject(notFound);
    await expect(windows.closeWindows(scope, 'new-checkout', 2, NO_LATENESS)).rejects.toMatchObject(notFound);
  });

  it('reads closed windows only, behind and up to the given ends, and whole start times up to the limit', async () => {
    const scope = await aMeasuredScope();
    const rows = [0, 1, 2, 3, 4].flatMap((n) => [aRow(n), aRow(n, { coverage: 5_000 })]);
    await accept(scope, aReport(0, rows));
    await close(scope, { allowedLatenessMs: 10_000, attributionMs: 0 });
    const numbers = async (range: { fromMs?: number; throughMs?: number; limit?: number }) =>
      (await readClosed(scope, range)).map((window) => (window.startMs - theWindow(0).startMs) / 10_000);
    expect(await numbers({})).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
    expect(await numbers({ fromMs: theWindow(0).endMs })).toEqual([1, 1, 2, 2, 3, 3]);
    expect(await numbers({ throughMs: theWindow(1).endMs })).toEqual([0, 0, 1, 1]);
    expect(await numbers({ fromMs: theWindow(0).endMs, limit: 2 })).toEqual([1, 1, 2, 2]);
  });

  it('counts and stores late rows, and never changes a closed window by them', async () => {
    const scope = await aMeasuredScope();
    await accept(scope, aReport(0, [aRow(0), aRow(1)]));
    await close(scope);
    const before = await readClosed(scope);
    const rows = [aRow(0), aRow(1, { variant: 'off' }), aRow(2)];
    expect(await accept(scope, aReport(1, rows))).toEqual({ isDuplicate: false, lateRowCount: 2 });
    expect(await readClosed(scope)).toEqual(before);
    await close(scope);
    expect((await readClosed(scope)).slice(0, before.length)).toEqual(before);
    const recent = await readRecent(scope);
    expect(recent.map((window) => unitsOf(window))).toEqual([{ on: 10 }, { off: 10, on: 10 }, { on: 20 }]);
  });

  it('adds up exactly when every report is delivered twice, in any order and all at once', async () => {
    const metricsOf = (n: number) => ({ latency: { kind: 'duration', exposures: n, bins: { [n % 7]: n } } }) as const;
    const reportOf = (source: string, sequence: number) => {
      const rows = Array.from({ length: 6 }, (_, n) => {
        const units = 1 + ((sequence * 7 + n * 3) % 11);
        return aRow((sequence + n) % 5, {
          variant: n % 2 === 0 ? 'on' : 'off',
          units,
          metrics: { ...metricsOf(units), errors: rate(units, 1) },
        });
      });
      return aReport(sequence, rows, source);
    };
    const reports = ['web-1', 'web-2', 'web-3'].flatMap((source) =>
      Array.from({ length: 12 }, (_, sequence) => reportOf(source, sequence)),
    );
    const deliveries = fc.shuffledSubarray([...reports, ...reports], { minLength: 2 * reports.length });
    await fc.assert(
      fc.asyncProperty(deliveries, async (shuffled) => {
        const scope = await aMeasuredScope();
        const receipts = await inParallel(8, shuffled, (report) => accept(scope, report));
        expect(receipts.filter((receipt) => receipt.isDuplicate)).toHaveLength(reports.length);
        expect(totalsOf(await readRecent(scope))).toEqual(totalsOfReports(reports));
      }),
      { seed: 20_240_607, numRuns: 3 },
    );
  });

  it('accepts reports with the same rows in opposite orders at the same time', async () => {
    const scope = await aMeasuredScope();
    const rows = Array.from({ length: 40 }, (_, n) => aRow(n));
    const reports = Array.from({ length: 24 }, (_, n) =>
      aReport(n, n % 2 === 0 ? rows : rows.toReversed(), `web-${n % 4}`),
    );
    const receipts = await inParallel(8, reports, (report) => accept(scope, report));
    expect(receipts.every((receipt) => !receipt.isDuplicate)).toBe(true);
    expect((await readRecent(scope)).map(unitsOf)).toEqual(rows.map(() => ({ on: 240 })));
  });

  it('loses nothing when windows are closed while reports come in: each row is in time or counted late', async () => {
    const scope = await aMeasuredScope();
    const reports = Array.from({ length: 120 }, (_, n) =>
      aReport(n, [aRow(Math.floor(n / 6), { units: 1 }), aRow(Math.floor(n / 12), { units: 1 })], 'web-1'),
    );
    let isDone = false;
    const seen = new Map<number, ClosedWindow>();
    const closer = async () => {
      while (!isDone) {
        await close(scope, { allowedLatenessMs: 10_000, attributionMs: 0 });
        for (const window of await readClosed(scope)) {
          expect(seen.get(window.startMs) ?? window).toEqual(window);
          seen.set(window.startMs, window);
        }
      }
    };
    const closing = closer();
    const receipts = await inParallel(6, reports, (report) => accept(scope, report));
    isDone = true;
    await closing;
    await close(scope);
    const closed = await readClosed(scope);
    for (const window of closed) expect(seen.get(window.startMs) ?? window).toEqual(window);
    const inTime = closed.reduce((sum, window) => sum + shown(window)['on']!.units, 0);
    const late = receipts.reduce((sum, receipt) => sum + receipt.lateRowCount, 0);
    expect(inTime + late).toBe(240);
    expect(seen.size).toBeGreaterThan(0);
    expect(totalsOf(await readRecent(scope)).units).toBe(240);
  });

  async function aMeasuredScope(): Promise<Scope> {
    const scope = await aScope(get());
    await aRunningRollout(get(), scope);
    return scope;
  }

  function accept(scope: Scope, report: MetricReport, origin = KEY) {
    return get().windows.acceptReport(scope, report, origin);
  }

  function close(scope: Scope, options = NO_LATENESS) {
    return get().windows.closeWindows(scope, 'new-checkout', 1, options);
  }

  function readClosed(scope: Scope, range: { fromMs?: number; throughMs?: number; limit?: number } = {}) {
    const all = { fromMs: 0, throughMs: Number.MAX_SAFE_INTEGER, limit: 1_000 };
    return get().windows.readClosedWindows(scope, 'new-checkout', 1, { ...all, ...range });
  }

  function readRecent(scope: Scope, limit = 1_000) {
    return get().windows.readRecentWindows(scope, 'new-checkout', 1, limit);
  }
}

/** All sources of a window together. */
function shown({ sources }: ClosedWindow): VariantWindows {
  return Object.values(sources).reduce((sum: VariantWindows, { variants }) => addVariants(sum, variants), {});
}

function rate(exposures: number, events: number) {
  return { kind: 'rate', exposures, events } as const;
}

function unitsOf(window: ClosedWindow): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(shown(window)).map(([variant, { units }]) => [variant, units]));
}

interface Totals {
  units: number;
  events: number;
  bins: Record<string, number>;
}

function totalsOfReports(reports: readonly MetricReport[]): Totals {
  return sumUp(reports.flatMap((report) => report.rows));
}

function totalsOf(windows: readonly ClosedWindow[]): Totals {
  return sumUp(windows.flatMap((window) => Object.values(shown(window))));
}

function sumUp(rows: readonly Pick<ReportRow, 'units' | 'metrics'>[]): Totals {
  const totals: Totals = { units: 0, events: 0, bins: {} };
  for (const { units, metrics } of rows) {
    totals.units += units;
    for (const metric of Object.values(metrics)) {
      if (metric.kind === 'rate') totals.events += metric.events;
      if (metric.kind !== 'duration') continue;
      for (const [bin, count] of Object.entries(metric.bins)) totals.bins[bin] = (totals.bins[bin] ?? 0) + count;
    }
  }
  return totals;
}

/** Runs `work` on all items with at most `width` at a time; results in the order of the items. */
async function inParallel<T, R>(width: number, items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]!);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}
