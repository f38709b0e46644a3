import { increaseSince } from './increase.ts';
import type { UsablePoint } from './point.ts';
import type { Reading } from './reading.ts';

/** What is kept of a stream between exports; plain JSON. */
export type StreamState = TotalsState | DeltasState;

/** Of running totals: the newest one. */
interface TotalsState {
  readonly lastMs: number;
  readonly reading: Reading;
}

/** Of increments: the newest ones, by rising ends. */
interface DeltasState {
  readonly spans: readonly Span[];
}

/** When an increment began, if it says so, and ended. */
type Span = readonly [startMs: number | null, endMs: number];

/** What a point adds: all that was counted in (`fromMs`, `untilMs`]. */
export interface Increment {
  /** −Infinity when nobody knows: then it only says where counting begins. */
  readonly fromMs: number;
  readonly untilMs: number;
  readonly reading: Reading;
}

/** A stream after a point. */
export interface AdvancedStream {
  readonly state: StreamState;
  readonly increment: Increment;
}

/** Increments of one stream that are remembered; one that is older than all of them may have been counted. */
const MAX_REMEMBERED_SPANS = 60;

/**
 * What a point adds to what is known of its stream, or 'duplicate' when that has been counted before.
 *
 * `quietAtMs` is when the point's process was last heard without this stream, whose total was therefore 0; null: never.
 */
export function advanceStream(
  state: StreamState | undefined,
  point: UsablePoint,
  quietAtMs: number | null,
): AdvancedStream | 'duplicate' {
  return point.temporality === 'delta'
    ? advanceDeltas(state as DeltasState | undefined, point)
    : advanceTotals(state as TotalsState | undefined, point, quietAtMs);
}

function advanceDeltas(state: DeltasState | undefined, { startMs, timeMs, reading }: UsablePoint) {
  const spans = state?.spans ?? [];
  const isOlderThanAll = spans.length === MAX_REMEMBERED_SPANS && timeMs <= spans[0]![1];
  if (isOlderThanAll || spans.some(([start, end]) => start === startMs && end === timeMs)) return 'duplicate';
  const before = spans.findLast(([, end]) => end < timeMs)?.[1];
  const later = [...spans, [startMs, timeMs] as const].sort(([, a], [, b]) => a - b).slice(-MAX_REMEMBERED_SPANS);
  const fromMs = startMs ?? before ?? Number.NEGATIVE_INFINITY;
  return { state: { spans: later }, increment: { fromMs, untilMs: timeMs, reading } };
}

/** A total that is no newer than the last one adds nothing that is not in that one. */
function advanceTotals(state: TotalsState | undefined, point: UsablePoint, quietAtMs: number | null) {
  const { timeMs, reading } = point;
  if (state !== undefined && timeMs <= state.lastMs) return 'duplicate';
  const increment = { ...increaseOf(state, point, quietAtMs), untilMs: timeMs };
  return { state: { lastMs: timeMs, reading }, increment };
}

function increaseOf(
  state: TotalsState | undefined,
  { startMs, timeMs, reading }: UsablePoint,
  quietAtMs: number | null,
) {
  if (state === undefined) {
    // A stream that begins where it is first seen has an unknown past.
    const isPastKnown = startMs !== null && startMs < timeMs;
    return { fromMs: isPastKnown ? Math.max(startMs, quietAtMs ?? startMs) : Number.NEGATIVE_INFINITY, reading };
  }
  const increase = increaseSince(state.reading, reading);
  if (increase === 'incomparable') return { fromMs: Number.NEGATIVE_INFINITY, reading };
  return { fromMs: state.lastMs, reading: increase === 'reset' ? reading : increase };
}
