import type { ClosedWindow, Scope } from '../domain/index.ts';
import type { Query, Session } from './database.ts';
import { sql } from './statement.ts';
import { type StoredPart, WindowSums } from './sum-parts.ts';

/** Most rows that one statement reads; after a long stop there may be many. */
const ROWS_PER_READ = 1_000;

/** Which windows to read. */
interface ClosedRange {
  readonly rollout: string;
  readonly generation: number;
  readonly fromMs: number;
  readonly throughMs: number;
  /** Distinct start times at most. */
  readonly limit: number;
}

/** Where a read ended. */
interface Position extends Pick<StoredPart, 'startMs' | 'endMs' | 'coverage' | 'source'> {
  readonly part: number;
}

/**
 * Closed windows with all their sources, in the order of time.
 *
 * All reads see one state of the database: in between, rows may be replaced by their sum.
 */
export function readClosedWindows(
  session: Session,
  scope: Scope,
  range: ClosedRange,
): Promise<readonly ClosedWindow[]> {
  return session.transaction(async (query) => {
    const sums = new WindowSums();
    let after: Position = { endMs: range.fromMs, startMs: Number.MAX_SAFE_INTEGER, coverage: 0, source: '', part: 0 };
    for (;;) {
      const parts = await readParts(query, scope, range, after);
      for (const { part: _, ...stored } of parts) {
        if (sums.startCount === range.limit && !sums.hasStart(stored.startMs)) return sums.windows();
        sums.add(stored);
      }
      if (parts.length < ROWS_PER_READ) return sums.windows();
      after = parts.at(-1)!;
    }
  }, 'isolation level repeatable read, read only');
}

function readParts(
  query: Query,
  { tenant, environment }: Scope,
  { rollout, generation, throughMs }: ClosedRange,
  after: Position,
): Promise<readonly (StoredPart & Position)[]> {
  return query(sql`
    select start_ms as "startMs", end_ms as "endMs", coverage, source, part, reports,
           clock_skew_ms as "clockSkewMs", variants
      from source_window w
     where tenant = ${tenant} and environment = ${environment} and rollout = ${rollout} and generation = ${generation}
       and (end_ms, start_ms, coverage, source, part) >
           (${after.endMs}::bigint, ${after.startMs}::bigint, ${after.coverage}::int, ${after.source}, ${after.part}::bigint)
       and end_ms <= least(${throughMs}::bigint, (
         select closed_through_ms from watermark m
          where m.tenant = ${tenant} and m.environment = ${environment} and m.rollout = ${rollout}
            and m.generation = ${generation}))
       and not is_late
     order by end_ms, start_ms, coverage, source, part limit ${ROWS_PER_READ}`);
}

/** The newest windows as they stand, late rows included, newest first. */
export async function readRecentWindows(
  query: Query,
  { tenant, environment }: Scope,
  { rollout, generation, limit }: Pick<ClosedRange, 'rollout' | 'generation' | 'limit'>,
): Promise<readonly ClosedWindow[]> {
  const parts = await query<StoredPart>(sql`
    with recent as (
      select distinct tenant, environment, rollout, generation, end_ms, start_ms, coverage from source_window
       where tenant = ${tenant} and environment = ${environment} and rollout = ${rollout}
         and generation = ${generation}
       order by end_ms desc, start_ms desc, coverage desc limit ${limit}
    )
    select start_ms as "startMs", end_ms as "endMs", coverage, source, reports, clock_skew_ms as "clockSkewMs", variants
      from source_window join recent using (tenant, environment, rollout, generation, end_ms, start_ms, coverage)
     order by end_ms desc, start_ms desc, coverage desc, source, part`);
  const sums = new WindowSums();
  for (const part of parts) sums.add(part);
  return sums.windows();
}
