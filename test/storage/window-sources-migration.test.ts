import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { durationBinMidMs } from '../../domain/index.ts';
import { Database } from '../../storage/database.ts';
import { MIGRATIONS, migrate } from '../../storage/migrate.ts';
import { PostgresRolloutStore } from '../../storage/postgres-rollout-store.ts';
import { PostgresWindowStore } from '../../storage/postgres-window-store.ts';
import { sql } from '../../storage/statement.ts';
import { createDatabase } from '../services/postgres.ts';
import { aRolloutDefinition } from './builders.ts';

const scope = { tenant: 'acme', environment: 'production' };

let database: Database;
let drop: () => Promise<void>;

beforeAll(async () => {
  const created = await createDatabase(inject('postgresUrl'));
  drop = created.drop;
  database = new Database({
    connection: { connectionString: created.url },
    maxConnections: 2,
    connectTimeoutMs: 2_000,
    queryTimeoutMs: 15_000,
    onError: () => {},
    onQueryTimeout: () => {},
  });
  await migrate(database, MIGRATIONS.slice(0, 2));
  await seed();
  await migrate(database);
});

afterAll(async () => {
  await database.close();
  await drop();
});

it('takes windows over as those of one source, durations in finer bins', async () => {
  const windows = new PostgresWindowStore(database, { vacuums: false });
  const [window, ...others] = await windows.readRecentWindows(scope, 'new-checkout', 1, 10);
  expect(others).toEqual([]);
  expect(window).toMatchObject({ startMs: 10_000, endMs: 20_000, coverage: 1_000 });
  const { reports } = window!.sources;
  expect(reports).toMatchObject({ reports: 2, clockSkewMs: null });
  const rate = { kind: 'rate', exposures: 7, events: 2 };
  expect(reports!.variants['off']).toEqual({ units: 7, newUnits: 3, requests: 9, metrics: { errors: rate } });
  const latency = reports!.variants['on']!.metrics['latency'] as { bins: Record<string, number>; exposures: number };
  expect(latency.exposures).toBe(16);
  const counted = Object.entries(latency.bins).map(([bin, units]) => [durationBinMidMs(Number(bin)), units] as const);
  for (const [oldBin, units] of [
    [-3, 4],
    [48, 12],
  ] as const) {
    const between = counted.filter(([ms]) => ms > 1.1 ** oldBin && ms <= 1.1 ** (oldBin + 1));
    expect(between).toEqual([[expect.any(Number), units]]);
  }
  const range = { fromMs: 0, throughMs: 20_000, limit: 5 };
  expect(await windows.readClosedWindows(scope, 'new-checkout', 1, range)).toMatchObject([
    { sources: { reports: { reports: 1, variants: { on: { units: 8 }, off: { units: 7 } } } } },
  ]);
});

it('lets the metrics of rollouts come from reports, says how long to wait, and keeps the order of everything else', async () => {
  const rollout = await new PostgresRolloutStore(database).readRollout(scope, 'new-checkout');
  expect(JSON.stringify(rollout!.definition)).toBe(JSON.stringify(definitionAfter()));
});

function definitionAfter() {
  const { segments: _, patienceMs, onInconclusive, ...definition } = aRolloutDefinition();
  return { ...definition, segments: [], patienceMs, onInconclusive };
}

async function seed(): Promise<void> {
  const { segments: _, patienceMs: _patience, onInconclusive: _onInconclusive, ...definition } = aRolloutDefinition();
  const metrics = definition.metrics.map(({ source: _source, dispersion: _dispersion, ...metric }) => metric);
  await database.query(sql`insert into environment (tenant, environment) values ('acme', 'production')`);
  await database.query(sql`insert into flag (tenant, environment, flag, definition)
    values ('acme', 'production', 'checkout', '{}')`);
  await database.query(sql`insert into rollout (tenant, environment, rollout, flag, definition, phase, coverage_ceiling)
    values ('acme', 'production', 'new-checkout', 'checkout', ${JSON.stringify({ ...definition, metrics })}, 'running', 0)`);
  await database.query(sql`insert into watermark (tenant, environment, rollout, generation, closed_through_ms)
    values ('acme', 'production', 'new-checkout', 1, 20000)`);
  await insertWindow('on', false, { latency: { kind: 'duration', exposures: 8, bins: { '-3': 2, '48': 6 } } });
  await insertWindow('on', true, { latency: { kind: 'duration', exposures: 8, bins: { '-3': 2, '48': 6 } } });
  await insertWindow('off', false, { errors: { kind: 'rate', exposures: 7, events: 2 } });
}

function insertWindow(variant: string, isLate: boolean, metrics: unknown) {
  const units = variant === 'on' ? 8 : 7;
  return database.query(sql`
    insert into variant_window (tenant, environment, rollout, generation, end_ms, start_ms, coverage, variant, is_late,
                                units, new_units, requests, metrics)
    values ('acme', 'production', 'new-checkout', 1, 20000, 10000, 1000, ${variant}, ${isLate},
            ${units}, 3, 9, ${JSON.stringify(metrics)})`);
}
