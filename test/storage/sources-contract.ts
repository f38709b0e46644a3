import { expect, it } from 'vitest';
import {
  MAX_SEGMENTS_PER_WINDOW,
  type MetricReport,
  type ReportRow,
  type RolloutDefinition,
  type Scope,
  type Storage,
} from '../../domain/index.ts';
import {
  aMetric,
  aReport,
  aRolloutDefinition,
  aRow,
  aRunningRollout,
  aScope,
  BY_TESTER,
  theWindow,
} from './builders.ts';

export function sourcesContract(get: () => Storage): void {
  it('keeps what each source reports about a window apart', async () => {
    const scope = await aMeasuredScope();
    await accept(scope, aReport(0, [aRow(0)]), 'key1');
    await accept(scope, aReport(0, [aRow(0)], 'web-2'), 'key1');
    await accept(scope, aReport(0, [aRow(0, { units: 3 })], 'web-3'), 'key2');
    await close(scope);
    for (const windows of [await readClosed(scope), await readRecent(scope)]) {
      expect(windows).toMatchObject([
        {
          sources: { key1: { reports: 2, variants: { on: { units: 20 } } }, key2: { variants: { on: { units: 3 } } } },
        },
      ]);
    }
  });

  it('does not let one key use up the names and numbers of the processes of another', async () => {
    const scope = await aMeasuredScope();
    await accept(scope, { ...aReport(0, [aRow(0)]), epoch: Number.MAX_SAFE_INTEGER }, 'forger');
    expect(await accept(scope, aReport(0, [aRow(0)]), 'key1')).toEqual({ isDuplicate: false, lateRowCount: 0 });
  });

  it('remembers how far the clock of a source was off at most, and that it said nothing', async () => {
    const scope = await aMeasuredScope();
    for (const [sequence, aheadMs] of [60_000, -90_000, 0].entries()) {
      await accept(scope, { ...aReport(sequence, [aRow(0)]), sentAtMs: Date.now() + aheadMs }, 'key1');
    }
    await accept(scope, aReport(3, [aRow(0)]), 'key1');
    await accept(scope, aReport(0, [aRow(0)]), 'key2');
    const [window] = await readRecent(scope);
    expect(Math.abs(window!.sources['key1']!.clockSkewMs! - 90_000)).toBeLessThan(5_000);
    expect(window!.sources['key2']!.clockSkewMs).toBeNull();
  });

  it('adds up segments like everything else, whichever reports have them', async () => {
    const scope = await aMeasuredScope();
    const segment = (units: number) => ({ errors: { kind: 'rate', exposures: units, events: 1 } }) as const;
    const rowOf = (segments: ReportRow['segments']) => aRow(0, segments === undefined ? {} : { segments });
    await accept(scope, aReport(0, [rowOf({ 'country=DE': segment(4), 'plan=a/b ~=c': segment(2) })]));
    await accept(scope, aReport(1, [rowOf({ 'country=DE': segment(5), 'country=FR': segment(1) })]));
    await accept(scope, aReport(2, [rowOf(undefined)]));
    const [window] = await readRecent(scope);
    expect(window!.sources['key1']!.variants['on']!.segments).toEqual({
      'country=DE': { errors: { kind: 'rate', exposures: 9, events: 2 } },
      'country=FR': segment(1),
      'plan=a/b ~=c': segment(2),
    });
  });

  it('does not know of all units what it does not know of some', async () => {
    const scope = await aMeasuredScope();
    const plain = { kind: 'value', exposures: 2, sum: 3, sumOfSquares: 5 } as const;
    const covariate = { sum: 1, sumOfSquares: 1, sumOfProducts: 2 };
    const full = { ...plain, nonZero: 2, covariate };
    await accept(scope, aReport(0, [aRow(0, { metrics: { revenue: full } }), aRow(1, { metrics: { revenue: full } })]));
    await accept(
      scope,
      aReport(1, [aRow(0, { metrics: { revenue: full } }), aRow(1, { metrics: { revenue: plain } })]),
    );
    const doubled = { sum: 2, sumOfSquares: 2, sumOfProducts: 4 };
    expect((await readRecent(scope)).map(({ sources }) => sources['key1']!.variants['on']!.metrics['revenue'])).toEqual(
      [
        { kind: 'value', exposures: 4, sum: 6, sumOfSquares: 10 },
        { kind: 'value', exposures: 4, sum: 6, sumOfSquares: 10, nonZero: 4, covariate: doubled },
      ],
    );
  });

  it.each<{ what: string; segments: ReportRow['segments']; path: string }>([
    { what: 'an attribute that the rollout does not name', segments: { 'city=x': {} }, path: '/segments/city=x' },
    { what: 'no attribute', segments: { country: {} }, path: '/segments/country' },
    {
      what: 'an undeclared metric',
      segments: { 'country=a/b': { clicks: { kind: 'rate', exposures: 1, events: 1 } } },
      path: '/segments/country=a~1b/clicks',
    },
    {
      what: 'a metric of another kind',
      segments: { 'country=DE': { latency: { kind: 'rate', exposures: 1, events: 1 } } },
      path: '/segments/country=DE/latency/kind',
    },
    {
      what: 'more values than are told apart',
      segments: Object.fromEntries(Array.from({ length: MAX_SEGMENTS_PER_WINDOW + 1 }, (_, n) => [`country=${n}`, {}])),
      path: '/segments',
    },
  ])('refuses segments with $what', async ({ segments, path }) => {
    const scope = await aMeasuredScope();
    const bad = accept(scope, aReport(0, [aRow(0, { segments: segments! })]));
    await expect(bad).rejects.toMatchObject({ code: 'invalidReport', violations: [{ path: `/rows/0${path}` }] });
    expect(await readRecent(scope)).toEqual([]);
  });

  it('lets only the source that a metric comes from fill it', async () => {
    const fromPrometheus = { kind: 'prometheus', variantLabel: 'variant', exposures: 'a', events: 'b' } as const;
    const metrics = [aMetric('errors', 'rate'), { ...aMetric('failures', 'rate'), source: fromPrometheus }];
    const scope = await aMeasuredScope({ metrics });
    const rowOf = (metric: string) => aRow(0, { metrics: { [metric]: { kind: 'rate', exposures: 1, events: 0 } } });
    const refused = (message: string) => ({
      code: 'invalidReport',
      violations: [{ message: expect.stringContaining(message) }],
    });
    await expect(accept(scope, aReport(0, [rowOf('failures')]), 'key1')).rejects.toMatchObject(
      refused('"failures" comes from prometheus, not from reports'),
    );
    await expect(accept(scope, aReport(0, [rowOf('errors')]), 'prometheus')).rejects.toMatchObject(
      refused('"errors" comes from reports, not from prometheus'),
    );
    await accept(scope, aReport(1, [rowOf('errors')]), 'key1');
    await accept(scope, aReport(1, [rowOf('failures')]), 'prometheus');
    expect(await readRecent(scope)).toMatchObject([{ sources: { key1: { reports: 1 }, prometheus: { reports: 1 } } }]);
  });

  it('moves the watermark by sources that are not in quarantine, and by those released', async () => {
    const scope = await aMeasuredScope();
    const { windows } = get();
    await accept(scope, aReport(0, [aRow(0), aRow(1)]), 'good');
    await windows.quarantineSource(scope, 'bad', BY_TESTER);
    await accept(scope, aReport(0, [aRow(5)]), 'bad');
    expect(await close(scope)).toMatchObject({ closedThroughMs: theWindow(1).endMs, quarantinedSources: ['bad'] });
    await accept(scope, aReport(1, [aRow(6)]), 'bad');
    expect(await close(scope)).toMatchObject({ closedThroughMs: theWindow(1).endMs });
    expect(await windows.releaseSource(scope, 'bad', BY_TESTER)).toBe(true);
    expect(await close(scope)).toMatchObject({ closedThroughMs: theWindow(6).endMs, quarantinedSources: [] });
  });

  it('says which share of the newest reports was late, of sources that are not in quarantine', async () => {
    const scope = await aMeasuredScope();
    expect(await close(scope)).toMatchObject({ lateShare: 0 });
    await accept(
      scope,
      aReport(
        0,
        Array.from({ length: 40 }, (_, n) => aRow(n)),
      ),
      'good',
    );
    expect(await close(scope)).toMatchObject({ lateShare: 0 });
    await accept(scope, aReport(1, [aRow(38), aRow(39)]), 'good');
    await accept(scope, aReport(0, [aRow(39)]), 'bad');
    await accept(scope, aReport(2, [aRow(9)]), 'good');
    expect((await close(scope)).lateShare).toBeCloseTo(3 / 33, 12);
    await get().windows.quarantineSource(scope, 'bad', BY_TESTER);
    expect((await close(scope)).lateShare).toBeCloseTo(2 / 32, 12);
  });

  it('lists sources with their last hour, and whether they are in quarantine', async () => {
    const scope = await aMeasuredScope();
    const { windows, keys } = get();
    const keyId = `key-${scope.environment}`;
    const key = { ...scope, keyId, name: 'shop servers', scopes: ['ingest'], secretHash: Buffer.alloc(32) } as const;
    await keys.createKey(key);
    expect(await windows.listSources(scope)).toEqual([]);
    await accept(scope, aReport(0, [aRow(0), aRow(1)]), keyId);
    await accept(scope, aReport(0, [aRow(0), aRow(1)]), keyId);
    await expect(accept(scope, aReport(1, [aRow(0, { variant: 'maybe' })]), keyId)).rejects.toThrow();
    await windows.countRefusedReport(scope, 'unheard');
    await close(scope);
    await accept(scope, aReport(2, [aRow(0)]), keyId);
    await windows.quarantineSource(scope, keyId, { actor: 'key:me', reason: 'wrong clock' });
    await windows.quarantineSource(scope, keyId, { actor: 'key:other', reason: 'again' });
    const aMoment = expect.any(Number);
    expect(await windows.listSources(scope)).toEqual([
      {
        source: keyId,
        keyName: 'shop servers',
        reports: 2,
        lateReports: 1,
        duplicateReports: 1,
        refusedReports: 1,
        lastSeenMs: aMoment,
        quarantine: { sinceMs: aMoment, actor: 'key:me', reason: 'wrong clock' },
      },
      {
        source: 'unheard',
        keyName: null,
        reports: 0,
        lateReports: 0,
        duplicateReports: 0,
        refusedReports: 1,
        lastSeenMs: aMoment,
        quarantine: null,
      },
    ]);
  });

  it('keeps quarantine and release in the history, and does neither twice', async () => {
    const scope = await aMeasuredScope();
    const { windows, flags } = get();
    expect(await windows.releaseSource(scope, 'bad', BY_TESTER)).toBe(false);
    await windows.quarantineSource(scope, 'bad', { actor: 'key:me', reason: 'wrong clock' });
    await windows.quarantineSource(scope, 'bad', { actor: 'key:me' });
    await windows.releaseSource(scope, 'bad', { actor: 'key:me' });
    expect(await windows.releaseSource(scope, 'bad', BY_TESTER)).toBe(false);
    const changes = await flags.listChanges(scope, { limit: 10, subject: 'bad' });
    expect(changes).toMatchObject([
      { kind: 'sourceReleased', payload: { reason: null } },
      { kind: 'sourceQuarantined', actor: 'key:me', payload: { reason: 'wrong clock' } },
    ]);
  });

  async function aMeasuredScope(changes: Partial<RolloutDefinition> = {}): Promise<Scope> {
    const scope = await aScope(get());
    await aRunningRollout(get(), scope, aRolloutDefinition(changes));
    return scope;
  }

  function accept(scope: Scope, report: MetricReport, origin = 'key1') {
    return get().windows.acceptReport(scope, report, origin);
  }

  function close(scope: Scope) {
    return get().windows.closeWindows(scope, 'new-checkout', 1, { allowedLatenessMs: 0, attributionMs: 0 });
  }

  function readClosed(scope: Scope) {
    const range = { fromMs: 0, throughMs: Number.MAX_SAFE_INTEGER, limit: 100 };
    return get().windows.readClosedWindows(scope, 'new-checkout', 1, range);
  }

  function readRecent(scope: Scope) {
    return get().windows.readRecentWindows(scope, 'new-checkout', 1, 100);
  }
}
