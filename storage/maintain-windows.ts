import type { Scope } from '../domain/index.ts';
import type { Query, Session } from './database.ts';
import { deleteBatch } from './delete-batch.ts';
import { limitSegments } from './limit-segments.ts';
import { type Statement, sql } from './statement.ts';
import { addParts, type StoredPart } from './sum-parts.ts';

/** Windows of hours that were over before this are kept as sums of an hour. */
const WINDOW_RETENTION_MS = 7 * 86_400_000;

/** Hours older than this are deleted. */
const HOUR_RETENTION_MS = 400 * 86_400_000;

const HOUR_MS = 3_600_000;

/** The primary key of `source_window`. */
const KEY = ['tenant', 'environment', 'rollout', 'generation', 'end_ms', 'start_ms', 'coverage', 'source', 'part'];

/** Rows of one generation in one hour that can be replaced by their sums: those up to `throughMs`. */
interface Batch extends Scope {
  readonly rollout: string;
  readonly generation: number;
  readonly grain: 'report' | 'window';
  readonly hourEndMs: number;
  readonly throughMs: number;
}

/** A row that is added up with others. */
interface TakenPart extends StoredPart {
  readonly isLate: boolean;
}

/**
 * One batch of each kind: reports that were counted become windows, old windows become hours, very old hours go.
 *
 * Resolves to the number of rows found. Several processes may do this at once: each takes rows that no other has.
 */
export async function maintainWindows(session: Session): Promise<number> {
  const folded = await session.transaction((query) => replaceBySums(query, 'report'));
  // All of an hour's reports have become windows before these become an hour, or it would have several rows.
  const rolledUp = folded > 0 ? 0 : await session.transaction((query) => replaceBySums(query, 'window'));
  const tooOld = await deleteBatch(session.query, {
    table: 'source_window',
    key: KEY,
    where: sql`grain = 'hour' and end_ms < (select now_ms()) - ${HOUR_RETENTION_MS}::bigint order by end_ms`,
  });
  return folded + rolledUp + tooOld.length;
}

async function replaceBySums(query: Query, grain: Batch['grain']): Promise<number> {
  const [batch] = await query<Batch>(grain === 'report' ? oldestCounted() : oldestWindows());
  if (batch === undefined) return 0;
  const parts = await take(query, { ...batch, grain });
  await insertSums(query, { ...batch, grain }, sumsOf(parts, grain));
  return parts.length;
}

/** Reports that no decision will look at again: they are part of the evidence, or the rollout is over. */
function oldestCounted(): Statement {
  return sql`
    select w.tenant, w.environment, w.rollout, w.generation, ${HOUR_MS}::bigint * ceil(w.end_ms / ${HOUR_MS}::float8)::bigint as "hourEndMs",
           case when r.phase in ('running', 'paused') and r.generation = w.generation then e.through_ms
                else ${Number.MAX_SAFE_INTEGER}::bigint end as "throughMs"
      from source_window w join rollout r using (tenant, environment, rollout)
      join evidence e on e.tenant = w.tenant and e.environment = w.environment and e.rollout = w.rollout
                     and e.generation = w.generation
     where w.grain = 'report'
       and (w.end_ms <= e.through_ms or r.phase not in ('running', 'paused') or r.generation <> w.generation)
     order by w.end_ms limit 1`;
}

/** Windows of hours that are over since the retention: an hour becomes one row, so it has to be complete. */
function oldestWindows(): Statement {
  return sql`
    with complete as (
      select (now_ms() - ${WINDOW_RETENTION_MS}::bigint) / ${HOUR_MS}::bigint * ${HOUR_MS}::bigint as through_ms
    )
    select tenant, environment, rollout, generation,
           ${HOUR_MS}::bigint * ceil(end_ms / ${HOUR_MS}::float8)::bigint as "hourEndMs", complete.through_ms as "throughMs"
      from source_window, complete
     where grain = 'window' and end_ms <= (select through_ms from complete)
     order by end_ms limit 1`;
}

/** Deletes the rows of a batch and returns them; those that another process has taken stay its own. */
function take(query: Query, batch: Batch): Promise<readonly TakenPart[]> {
  const { tenant, environment, rollout, generation, grain, hourEndMs, throughMs } = batch;
  return deleteBatch(query, {
    table: 'source_window',
    key: KEY,
    where: sql`tenant = ${tenant} and environment = ${environment} and rollout = ${rollout}
           and generation = ${generation} and grain = ${grain} and end_ms > ${hourEndMs}::bigint - ${HOUR_MS}::bigint
           and end_ms <= least(${hourEndMs}::bigint, ${throughMs}::bigint)
         order by source, end_ms`,
    read: `
      select start_ms as "startMs", end_ms as "endMs", coverage, source, is_late as "isLate", reports,
             clock_skew_ms as "clockSkewMs", variants
        from deleted order by end_ms, start_ms, coverage, source, part`,
  });
}

/** Sums by window or by hour; sources, coverages and late rows stay apart, and segments stay few. */
function sumsOf(parts: readonly TakenPart[], grain: Batch['grain']): readonly TakenPart[] {
  const sums = new Map<string, TakenPart>();
  for (const part of parts) {
    const { startMs, endMs } = grain === 'report' ? part : hourAround(part);
    const key = JSON.stringify([startMs, endMs, part.coverage, part.source, part.isLate]);
    const sum = sums.get(key);
    sums.set(key, { ...part, startMs, endMs, ...(sum === undefined ? {} : addParts(sum, part)) });
  }
  return [...sums.values()].map((sum) => ({
    ...sum,
    variants: Object.fromEntries(
      Object.entries(sum.variants).map(([variant, window]) => [variant, limitSegments(window)]),
    ),
  }));
}

/** The hour in which a window ends; a longer window keeps its beginning. */
function hourAround({ startMs, endMs }: TakenPart): { readonly startMs: number; readonly endMs: number } {
  const hourEndMs = Math.ceil(endMs / HOUR_MS) * HOUR_MS;
  return { startMs: Math.min(startMs, hourEndMs - HOUR_MS), endMs: hourEndMs };
}

async function insertSums(
  query: Query,
  { tenant, environment, rollout, generation, grain }: Batch,
  sums: readonly TakenPart[],
): Promise<void> {
  await query(sql`
    insert into source_window (tenant, environment, rollout, generation, end_ms, start_ms, coverage, source, grain,
                               is_late, reports, clock_skew_ms, variants)
    select ${tenant}, ${environment}, ${rollout}, ${generation}::int, "endMs", "startMs", coverage, source,
           ${grain === 'report' ? 'window' : 'hour'}, "isLate", reports, "clockSkewMs", variants
      from json_to_recordset(${JSON.stringify(sums)}::json) as s(
        "startMs" bigint, "endMs" bigint, coverage int, source name_text, "isLate" boolean, reports int,
        "clockSkewMs" bigint, variants json)`);
}
