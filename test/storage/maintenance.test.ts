import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { addVariants, type ClosedWindow, type Rollout, type Scope, type VariantWindows } from '../../domain/index.ts';
import type { Database } from '../../storage/database.ts';
import { PostgresFlagStore } from '../../storage/postgres-flag-store.ts';
import { PostgresRolloutStore } from '../../storage/postgres-rollout-store.ts';
import { PostgresWindowStore } from '../../storage/postgres-window-store.ts';
import { sql } from '../../storage/statement.ts';
import { aDecision, aReport, aRow, aRunningRollout, aScope, ROLL_BACK, theWindow } from './builders.ts';
import { type OpenDatabase, openEmbedded, openPostgres } from './databases.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

describe.each([
  { name: 'PostgreSQL', open: () => openPostgres(inject('postgresUrl')), vacuums: false },
  { name: 'embedded', open: openEmbedded, vacuums: true },
])('old windows in $name', ({ open, vacuums }) => {
  let opened: OpenDatabase;
  let database: Database;
  let storage: ReturnType<typeof storesOf>;
  let scope: Scope;
  let rollout: Rollout;

  beforeAll(async () => {
    opened = await open();
    database = opened.database;
    storage = storesOf(database, vacuums);
  });
  afterAll(() => opened.close());
  beforeEach(async () => {
    await database.query(sql`truncate source_window`);
    scope = await aScope(storage as never);
    rollout = await aRunningRollout(storage as never, scope);
  });

  it('become one row for each window and source once they are part of the evidence, and not before', async () => {
    await report({ processes: 5, windows: 4 });
    await closeAll();
    const before = await readAll();
    expect(await maintainAll()).toBe(0);
    await decideThrough(theWindow(1).endMs);
    await maintainAll();
    expect(await rowCounts()).toEqual({ report: 2 * 5 * 2, window: 2 * 2 });
    expect(await readAll()).toEqual(before);
    expect(before[0]!.sources['key0']!.reports).toBe(5);
  });

  it('become one row for each window even if no decision was made, once the rollout is over', async () => {
    await report({ processes: 3, windows: 2 });
    await storage.rollouts.moveRollout(scope, 'new-checkout', ROLL_BACK);
    const before = await readAll();
    await maintainAll();
    expect(await rowCounts()).toEqual({ window: 4 });
    expect(await readAll()).toEqual(before);
  });

  it('keep late rows apart, so that a closed window stays what it was', async () => {
    await report({ processes: 2, windows: 2 });
    const closed = await closeAll();
    await storage.windows.acceptReport(scope, aReport(9, [aRow(0)]), 'key0');
    await decideThrough(theWindow(1).endMs);
    await maintainAll();
    expect(await closeAll()).toEqual(closed);
    expect((await closeWindows()).lateShare).toBeCloseTo(1 / 9, 12);
  });

  it('become hours after seven days, with the same sums for each source, coverage and variant', async () => {
    await report({ processes: 3, windows: 400, from: -300 });
    await closeAll();
    await decideThrough(theWindow(99).endMs);
    const before = await readAll();
    await age(7 * DAY_MS + 5 * HOUR_MS);
    await maintainAll();
    const after = await readAll();
    expect(after.length).toBeLessThanOrEqual(3);
    for (const { startMs, endMs } of after) {
      expect(endMs - startMs).toBe(HOUR_MS);
      expect(startMs % HOUR_MS).toBe(0);
    }
    expect(totalsOf(after)).toEqual(roundedLike(totalsOf(before)));
    expect(after.reduce((sum, { sources }) => sum + sources['key1']!.reports, 0)).toBe(3 * 400);
    expect(await rowCounts()).toEqual({ hour: after.length * 2 });
  });

  it('stay windows until their whole hour is seven days old', async () => {
    await report({ processes: 1, windows: 180 });
    await storage.rollouts.moveRollout(scope, 'new-checkout', ROLL_BACK);
    await age(7 * DAY_MS - (Date.now() - theWindow(179).endMs) + 10_000);
    await maintainAll();
    const rows = await database.query<{ grain: string; endMs: number }>(sql`
      select grain, end_ms as "endMs" from source_window`);
    for (const { grain, endMs } of rows) {
      const hourEndMs = Math.ceil(endMs / HOUR_MS) * HOUR_MS;
      if (grain === 'hour') expect(endMs).toBeLessThanOrEqual(Date.now() - 7 * DAY_MS);
      else expect(hourEndMs).toBeGreaterThan(Date.now() - 7 * DAY_MS - 60_000);
    }
  });

  it('stay windows for seven days, and while a rollout in progress has not counted them', async () => {
    await report({ processes: 1, windows: 3 });
    await closeAll();
    await age(8 * DAY_MS);
    await maintainAll();
    expect(await rowCounts()).toEqual({ report: 6 });
    await age(-2 * DAY_MS);
    await storage.rollouts.moveRollout(scope, 'new-checkout', ROLL_BACK);
    await maintainAll();
    expect(await rowCounts()).toEqual({ window: 6 });
  });

  it('are deleted after 400 days', async () => {
    await report({ processes: 1, windows: 3 });
    await storage.rollouts.moveRollout(scope, 'new-checkout', ROLL_BACK);
    await age(399 * DAY_MS);
    await maintainAll();
    expect((await rowCounts())['hour']).toBeGreaterThan(0);
    await age(2 * DAY_MS);
    await maintainAll();
    expect(await rowCounts()).toEqual({});
  });

  it('are added up once when several processes do it at the same time', async () => {
    await report({ processes: 6, windows: 60 });
    await storage.rollouts.moveRollout(scope, 'new-checkout', ROLL_BACK);
    const before = await readAll();
    await Promise.all(Array.from({ length: 4 }, () => maintainAll()));
    await maintainAll();
    expect(await readAll()).toEqual(before);
  });

  it('keep few segments when they become hours, all units of which are still there', async () => {
    for (const n of [0, 1, 2, 3]) {
      const ofUsers = Array.from({ length: 30 }, (_, user) => [`plan=${30 * n + user}`, aRow(0).metrics] as const);
      const row = aRow(n - 300, { segments: Object.fromEntries(ofUsers) });
      await storage.windows.acceptReport(scope, aReport(n, [row]), 'key0');
    }
    await storage.rollouts.moveRollout(scope, 'new-checkout', ROLL_BACK);
    await age(7 * DAY_MS);
    await maintainAll();
    const segments = (await readAll()).map(({ sources }) => sources['key0']!.variants['on']!.segments!);
    for (const shown of segments) expect(Object.keys(shown).length).toBeLessThanOrEqual(40);
    const exposures = segments.flatMap((shown) => Object.values(shown)).map(({ errors }) => errors!.exposures);
    expect(exposures.reduce((sum, count) => sum + count, 0)).toBe(4 * 30 * 10);
  });

  it.runIf(vacuums)('leave their space to new ones where the database does not see to that itself', async () => {
    const sizes: number[] = [];
    for (const round of [0, 1, 2]) {
      await report({ processes: 6, windows: 180, epoch: round });
      await storage.rollouts.moveRollout(scope, 'new-checkout', ROLL_BACK);
      await maintainAll();
      const [row] = await database.query<{ bytes: number }>(sql`
        select pg_total_relation_size('source_window') as bytes`);
      sizes.push(row!.bytes);
    }
    expect(sizes[2]! - sizes[0]!).toBeLessThan(sizes[0]!);
  });

  it('never show a window while half of it is replaced', async () => {
    await report({ processes: 40, windows: 40 });
    await closeAll();
    await decideThrough(theWindow(39).endMs);
    const before = await readClosed();
    let isDone = false;
    const maintaining = maintainAll().finally(() => {
      isDone = true;
    });
    do expect(await readClosed()).toEqual(before);
    while (!isDone);
    await maintaining;
    expect(await readClosed()).toEqual(before);
  });

  function report({ processes, windows, from = 0, epoch = 1 }: ReportsToSend) {
    const jobs = Array.from({ length: processes }, async (_, process) => {
      for (let first = 0; first < windows; first += 100) {
        const rows = Array.from({ length: Math.min(100, windows - first) }, (_unused, n) => [
          aRow(from + first + n, { units: 1 + process }),
          aRow(from + first + n, { variant: 'off', segments: { 'country=DE': aRow(0).metrics } }),
        ]).flat();
        for (const key of ['key0', 'key1'])
          await storage.windows.acceptReport(scope, { ...aReport(first, rows, `web-${process}`), epoch }, key);
      }
    });
    return Promise.all(jobs);
  }

  function closeWindows() {
    return storage.windows.closeWindows(scope, 'new-checkout', 1, { allowedLatenessMs: 0, attributionMs: 0 });
  }

  async function closeAll(): Promise<readonly ClosedWindow[]> {
    await closeWindows();
    return readClosed();
  }

  function readClosed() {
    const range = { fromMs: 0, throughMs: Number.MAX_SAFE_INTEGER, limit: 1_000 };
    return storage.windows.readClosedWindows(scope, 'new-checkout', 1, range);
  }

  function readAll() {
    return storage.windows.readRecentWindows(scope, 'new-checkout', 1, 1_000);
  }

  async function decideThrough(windowEndMs: number): Promise<void> {
    const hold = aDecision(scope, rollout, { action: 'hold', windowEndMs, coverage: 1_000 });
    expect(await storage.rollouts.applyDecision(hold)).toBe(true);
  }

  async function maintainAll(): Promise<number> {
    let found = 0;
    for (;;) {
      const batch = await storage.windows.maintain();
      if (batch === 0) return found;
      found += batch;
    }
  }

  /** Lets all windows be older; their ends stay where they are within the hour when `byMs` is whole hours. */
  async function age(byMs: number): Promise<void> {
    await database.query(
      sql`update source_window set start_ms = start_ms - ${byMs}::bigint, end_ms = end_ms - ${byMs}::bigint`,
    );
  }

  async function rowCounts(): Promise<Readonly<Record<string, number>>> {
    const rows = await database.query<{ grain: string; count: number }>(sql`
      select grain, count(*) as count from source_window group by grain`);
    return Object.fromEntries(rows.map(({ grain, count }) => [grain, count]));
  }
});

interface ReportsToSend {
  readonly processes: number;
  readonly windows: number;
  /** Number of the first window. */
  readonly from?: number;
  readonly epoch?: number;
}

function storesOf(database: Database, vacuums: boolean) {
  return {
    flags: new PostgresFlagStore(database),
    rollouts: new PostgresRolloutStore(database),
    windows: new PostgresWindowStore(database, { vacuums }),
  };
}

/** Everything that each source showed under each coverage. */
function totalsOf(windows: readonly ClosedWindow[]): Readonly<Record<string, VariantWindows>> {
  const totals: Record<string, VariantWindows> = {};
  for (const { coverage, sources } of windows) {
    for (const [source, { variants }] of Object.entries(sources)) {
      const key = `${source} ${coverage}`;
      totals[key] = addVariants(totals[key] ?? {}, variants);
    }
  }
  return totals;
}

/** The same with matchers for numbers that are no integers: their sums depend on the order. */
function roundedLike(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? value : expect.closeTo(value, 6);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, roundedLike(entry)]));
}
