import {
  durationBinOf,
  type MetricWindows,
  type ReportRow,
  type RolloutDefinition,
  type Scope,
} from '../domain/index.ts';
import type { Database } from '../storage/database.ts';
import { PostgresFlagStore } from '../storage/postgres-flag-store.ts';
import { PostgresRolloutStore } from '../storage/postgres-rollout-store.ts';
import { PostgresWindowStore } from '../storage/postgres-window-store.ts';
import { sql } from '../storage/statement.ts';
import { startPostgres } from '../test/services/postgres.ts';
import { aMetric, aRolloutDefinition, START } from '../test/storage/builders.ts';
import { type OpenDatabase, openEmbedded, openPostgres } from '../test/storage/databases.ts';

// How many reports a second the storage takes in, and what a look at the newest windows costs when there are many.
const WINDOW_MS = 10_000;
const UNITS = 200;
const SEGMENTS = 10;
const PROCESSES = 50;
const WRITERS = [1, 8, 32];
const ROUND_MS = 4_000;
const WINDOW_COUNTS = [1_000, 10_000, 100_000];
const LOOKS = 60;

const scope: Scope = { tenant: 'bench', environment: 'production' };
const definition: RolloutDefinition = {
  ...aRolloutDefinition(),
  segments: ['country'],
  metrics: [
    ...['errors', 'timeouts', 'refusals'].map((name) => aMetric(name, 'rate')),
    aMetric('latency', 'duration'),
    ...['revenue', 'items'].map((name) => aMetric(name, 'value')),
  ],
};

let epoch = 0;

const postgres = await startPostgres();
await bench('PostgreSQL', () => openPostgres(postgres.url));
await bench('embedded', openEmbedded);
await postgres.stop();

async function bench(name: string, open: () => Promise<OpenDatabase>): Promise<void> {
  const { database, close } = await open();
  const windows = await prepare(database);
  for (const segments of [0, SEGMENTS]) {
    for (const writers of WRITERS) {
      const perSecond = await takeIn(windows, { writers, segments });
      console.log(`${name}, ${segments} segments, ${writers} writers: ${perSecond.toFixed(0)} reports a second`);
    }
    console.log(`${name}, ${segments} segments: ${await sizes(database, windows)}`);
    await database.query(sql`truncate source_window, report_inbox`);
    await database.query(sql`update watermark set closed_through_ms = 0`);
    await database.query(sql`update evidence set through_ms = 0`);
  }
  let present = 0;
  for (const count of WINDOW_COUNTS) {
    await fill(database, present, count);
    present = count;
    const { medianMs, longestMs } = await look(database, windows, count);
    console.log(
      `${name}, ${count} windows: a look takes ${medianMs.toFixed(1)} ms, at most ${longestMs.toFixed(1)} ms`,
    );
  }
  await close();
}

async function prepare(database: Database): Promise<PostgresWindowStore> {
  const flags = new PostgresFlagStore(database);
  const rollouts = new PostgresRolloutStore(database);
  const flag = { state: 'ENABLED', variants: { off: false, on: true }, defaultVariant: 'off' } as const;
  await flags.createEnvironment(scope);
  await flags.writeFlag(scope, 'checkout', flag, { actor: 'bench' });
  await rollouts.createRollout(scope, definition, { actor: 'bench' });
  await rollouts.moveRollout(scope, definition.rollout, START);
  return new PostgresWindowStore(database, { vacuums: false });
}

/** All writers report for the same key, fifty processes one window after the other: the worst case for locks. */
async function takeIn(
  windows: PostgresWindowStore,
  { writers, segments }: { readonly writers: number; readonly segments: number },
): Promise<number> {
  const samples = Array.from({ length: 20 }, (_, seed) => [
    aRow('off', segments, seed),
    aRow('on', segments, seed + 50),
  ]);
  const firstStartMs = Math.floor(Date.now() / WINDOW_MS - 8_000) * WINDOW_MS;
  epoch += 1;
  let sent = 0;
  const startedAt = performance.now();
  const write = async () => {
    while (performance.now() - startedAt < ROUND_MS) {
      const index = sent++;
      const startMs = firstStartMs + Math.floor(index / PROCESSES) * WINDOW_MS;
      const rows = samples[index % samples.length]!.map((row) => ({ ...row, startMs, endMs: startMs + WINDOW_MS }));
      const report = { source: `web-${index % PROCESSES}`, epoch, sequence: index, sentAtMs: Date.now(), rows };
      const { isDuplicate } = await windows.acceptReport(scope, report, 'key');
      if (isDuplicate) throw new Error('a new report was taken for a duplicate');
    }
  };
  await Promise.all(Array.from({ length: writers }, write));
  return (1_000 * sent) / (performance.now() - startedAt);
}

/** Bytes in the database, as reported and once the reports of a window are added up. */
async function sizes(database: Database, windows: PostgresWindowStore): Promise<string> {
  const reported = await sizeOf(database);
  await database.query(sql`update evidence set through_ms = (select max(end_ms) from source_window)`);
  while ((await windows.maintain()) > 0);
  await database.query(sql`vacuum full source_window`);
  const summed = await sizeOf(database);
  return `${reported.bytesPerRow} bytes a report, ${summed.bytesPerRow} bytes a window of ${PROCESSES} processes`;
}

async function sizeOf(database: Database): Promise<{ readonly bytesPerRow: string }> {
  const [row] = await database.query<{ bytes: number; rows: number }>(sql`
    select pg_total_relation_size('source_window') as bytes, (select count(*) from source_window) as rows`);
  return { bytesPerRow: (row!.bytes / row!.rows).toFixed(0) };
}

/** Windows of three sources up to a count, all closed and counted. */
async function fill(database: Database, from: number, to: number): Promise<void> {
  const variants = { off: shownBy(aRow('off', 0, 1)), on: shownBy(aRow('on', 0, 2)) };
  for (let first = from; first < to; first += 5_000) {
    const last = Math.min(first + 5_000, to);
    await database.query(sql`
      insert into source_window (tenant, environment, rollout, generation, end_ms, start_ms, coverage, source, grain,
                                 is_late, reports, variants)
      select 'bench', 'production', ${definition.rollout}, 1, (n + 1)::bigint * ${WINDOW_MS}, n::bigint * ${WINDOW_MS},
             1000, 'key' || k, 'window', false, 1, ${JSON.stringify(variants)}::json
        from generate_series(${first}::int, ${last}::int - 1) n, generate_series(1, 3) k`);
  }
  await database.query(sql`vacuum analyze`);
  await decideThrough(database, to * WINDOW_MS);
}

async function decideThrough(database: Database, throughMs: number): Promise<void> {
  await database.query(sql`update watermark set closed_through_ms = ${throughMs}`);
  await database.query(sql`update evidence set through_ms = ${throughMs}`);
}

/** Closes and reads one new window after the other, as passes do. */
async function look(
  database: Database,
  windows: PostgresWindowStore,
  count: number,
): Promise<{ readonly medianMs: number; readonly longestMs: number }> {
  const times: number[] = [];
  for (let index = 0; index < LOOKS; index += 1) {
    const endMs = (count + index + 1) * WINDOW_MS;
    await database.query(sql`
      insert into source_window (tenant, environment, rollout, generation, end_ms, start_ms, coverage, source, is_late,
                                 reports, variants)
      select tenant, environment, rollout, generation, ${endMs}::bigint, ${endMs - WINDOW_MS}::bigint, coverage, source,
             false, 1, variants
        from source_window where end_ms = ${WINDOW_MS}::bigint`);
    const startedAt = performance.now();
    const options = { allowedLatenessMs: 0, attributionMs: 0 };
    const { throughMs, closedThroughMs } = await windows.closeWindows(scope, definition.rollout, 1, options);
    const range = { fromMs: throughMs, throughMs: closedThroughMs, limit: 600 };
    const closed = await windows.readClosedWindows(scope, definition.rollout, 1, range);
    times.push(performance.now() - startedAt);
    if (closed.length !== 1 || Object.keys(closed[0]!.sources).length !== 3) throw new Error('not the newest window');
    await database.query(sql`update evidence set through_ms = ${endMs}`);
  }
  await database.query(sql`delete from source_window where end_ms > ${count * WINDOW_MS}::bigint`);
  times.sort((a, b) => a - b);
  return { medianMs: times[Math.floor(times.length / 2)]!, longestMs: times.at(-1)! };
}

function aRow(variant: string, segments: number, seed: number): ReportRow {
  const next = seededNumbers(seed);
  return {
    rollout: definition.rollout,
    generation: 1,
    coverage: 1_000,
    variant,
    startMs: 0,
    endMs: WINDOW_MS,
    units: UNITS,
    newUnits: 40,
    requests: 3 * UNITS,
    metrics: metricsOf(UNITS, next),
    ...(segments === 0
      ? {}
      : {
          segments: Object.fromEntries(
            Array.from({ length: segments }, (_, n) => [`country=C${n}`, metricsOf(UNITS / segments, next)]),
          ),
        }),
  };
}

function shownBy({ units, newUnits, requests, metrics }: ReportRow) {
  return { units, newUnits, requests, metrics };
}

/** Three rates, a sketch of durations that spread by a factor of two, two values with covariates. */
function metricsOf(units: number, next: () => number): MetricWindows {
  const bins: Record<string, number> = {};
  for (let unit = 0; unit < units; unit += 1) {
    const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
    const bin = durationBinOf(120 * Math.exp(0.7 * normal));
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  const rate = () => ({ kind: 'rate', exposures: units, events: Math.floor(0.03 * units * next()) }) as const;
  const value = () => {
    const sum = units * next();
    const covariate = { sum: sum * 0.9, sumOfSquares: sum, sumOfProducts: sum * 0.95 };
    return { kind: 'value', exposures: units, sum, sumOfSquares: sum, nonZero: units / 2, covariate } as const;
  };
  return {
    errors: rate(),
    timeouts: rate(),
    refusals: rate(),
    latency: { kind: 'duration', exposures: units, bins },
    revenue: value(),
    items: value(),
  };
}

/** Park and Miller's generator: the same numbers in every run. */
function seededNumbers(seed: number): () => number {
  let state = seed + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
