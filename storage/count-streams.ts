import type { CountedStreams, HeldStreams, Rollout, Scope, StoredState, StreamCount } from '../domain/index.ts';
import { addToWindows, holdOpen } from './accept-report.ts';
import type { Query, Session } from './database.ts';
import { sql } from './statement.ts';

/** A stream that is locked until the transaction ends. */
interface LockedStream {
  readonly stream: string;
  readonly state: StoredState | null;
}

/**
 * Takes in counts of streams in one transaction: the streams' states and the windows change together or not at all.
 *
 * Streams are locked first and in one order, so that two processes that count the same points do so one after the
 * other; then, as for reports, the windows are held open.
 */
export function countStreams<Counts extends CountedStreams>(
  session: Session,
  scope: Scope,
  { origin, streams, rollouts, count }: StreamCount<Counts>,
): Promise<Counts & { readonly lateRowCount: number }> {
  return session.transaction(async (query) => {
    const states = await lockStreams(query, scope, origin, streams);
    const counts = count({ states, ...(await readRollouts(query, scope, rollouts)) });
    await keepStates(query, scope, origin, changed(counts.states, states));
    const lateRowCount = await addRowsOf(counts, query, scope, origin);
    return { ...counts, lateRowCount };
  });
}

async function addRowsOf({ rows }: CountedStreams, query: Query, scope: Scope, origin: string): Promise<number> {
  if (rows.length === 0) return 0;
  const known = await holdOpen(query, scope, rows);
  return addToWindows(query, scope, rows, { known, source: origin, clockSkewMs: null });
}

/** States of the streams that have one; all are locked, new ones included. */
async function lockStreams(
  query: Query,
  { tenant, environment }: Scope,
  origin: string,
  streams: readonly string[],
): Promise<ReadonlyMap<string, StoredState>> {
  const locked = await query<LockedStream>(sql`
    insert into otlp_stream as s (tenant, environment, origin, stream)
    select ${tenant}, ${environment}, ${origin}, stream from unnest(${streams}::text[]) as stream
     order by stream collate "C"
    on conflict (tenant, environment, origin, stream) do update set seen_at_ms = now_ms()
    returning stream, state`);
  return new Map(locked.flatMap(({ stream, state }) => (state === null ? [] : [[stream, state] as const])));
}

/** Read after the streams are locked. Whatever a rollout becomes later, a point up to now fell under what it is now. */
async function readRollouts(
  query: Query,
  { tenant, environment }: Scope,
  rollouts: readonly string[],
): Promise<Pick<HeldStreams, 'rollouts' | 'nowMs'>> {
  const [read] = await query<{ readonly rollouts: readonly Rollout[]; readonly nowMs: number }>(sql`
    select coalesce(json_agg(rollout_json(r) order by r.rollout), '[]') as rollouts, now_ms() as "nowMs"
      from rollout r
     where r.tenant = ${tenant} and r.environment = ${environment} and r.rollout = any(${rollouts}::text[])`);
  return read!;
}

function changed(after: ReadonlyMap<string, StoredState>, before: ReadonlyMap<string, StoredState>) {
  return [...after]
    .filter(([stream, state]) => before.get(stream) !== state)
    .map(([stream, state]) => ({ stream, state }));
}

async function keepStates(
  query: Query,
  { tenant, environment }: Scope,
  origin: string,
  states: readonly LockedStream[],
): Promise<void> {
  if (states.length === 0) return;
  await query(sql`
    update otlp_stream s set state = k.state
      from json_to_recordset(${JSON.stringify(states)}::json) as k(stream name_text, state json)
     where s.tenant = ${tenant} and s.environment = ${environment} and s.origin = ${origin} and s.stream = k.stream`);
}
