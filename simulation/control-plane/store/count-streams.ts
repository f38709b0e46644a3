import type { CountedStreams, Scope, StoredState, StreamCount } from '../../../domain/index.ts';
import { addRows } from './accept-report.ts';
import { rolloutOf } from './rollouts.ts';
import { compareBytes, parsed, requireEnvironment, type Tables } from './tables.ts';

/** Takes in counts of streams: the streams' states and the windows change together or not at all. */
export function countStreams<Counts extends CountedStreams>(
  tables: Tables,
  scope: Scope,
  { origin, streams, rollouts, count }: StreamCount<Counts>,
  nowMs: number,
): Counts & { readonly lateRowCount: number } {
  const environment = requireEnvironment(tables, scope);
  const keyOf = (stream: string) => `${origin}\n${stream}`;
  const states = new Map(
    streams.flatMap((stream): [string, StoredState][] => {
      const state = environment.streams.get(keyOf(stream))?.state;
      return state === undefined || state === null ? [] : [[stream, parsed<StoredState>(state)]];
    }),
  );
  const asked = [...environment.rollouts].filter(([name]) => rollouts.includes(name));
  const held = asked.sort(([left], [right]) => compareBytes(left, right)).map(([, rollout]) => rolloutOf(rollout));
  const counts = count({ states, rollouts: held, nowMs });
  for (const stream of streams) {
    const state = counts.states.get(stream);
    environment.streams.set(keyOf(stream), {
      state: state === undefined ? null : JSON.stringify(state),
      origin,
      seenAtMs: nowMs,
    });
  }
  const lateRowCount = addRows(environment, counts.rows, { source: origin, clockSkewMs: null });
  if (lateRowCount > 0) environment.trouble.push({ source: origin, kind: 'late', atMs: nowMs });
  return { ...counts, lateRowCount };
}
