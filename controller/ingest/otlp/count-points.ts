import type { CountedStreams, HeldStreams, Rollout, StoredState } from '../../../domain/index.ts';
import { advanceFamily, type FamilyState, heardBefore } from './advance-family.ts';
import { advanceStream, type Increment, type StreamState } from './advance-stream.ts';
import type { PointNote } from './explain-points.ts';
import { timeFault } from './point-time.ts';
import { countOf } from './reading.ts';
import type { PointUse } from './select-points.ts';
import type { NamedPoint } from './stream-names.ts';
import { type CountedIncrement, windowRows } from './window-rows.ts';

/** What points add to windows, what is kept of their streams, and what became of them. */
export interface PointCounts extends CountedStreams {
  readonly counted: number;
  /** Points that only say where counting begins. */
  readonly baseline: number;
  readonly duplicate: number;
  readonly rejections: readonly PointNote[];
  /** What is odd about points that were counted all the same. */
  readonly warnings: readonly PointNote[];
}

/** What became of one point; nothing, where no metric asks for it. */
type CountedPoint =
  | { readonly outcome: 'unused' | 'duplicate' }
  | { readonly outcome: 'rejected'; readonly fault: string }
  | { readonly outcome: 'taken'; readonly increments: readonly CountedIncrement[] };

/**
 * Takes in points, oldest first.
 *
 * A point counts for a rollout in progress when all that it adds was counted under the present coverage: what began
 * before would mix allocations, so it only says where counting begins.
 */
export function countPoints(points: readonly NamedPoint[], held: HeldStreams): PointCounts {
  const states = new Map(held.states);
  const increments: CountedIncrement[] = [];
  const rejections: PointNote[] = [];
  const warnings: PointNote[] = [];
  const totals = { counted: 0, baseline: 0, duplicate: 0 };
  for (const named of points) {
    const { instrument } = named.point;
    const result = countPoint(named, held, states);
    if (result.outcome === 'rejected') rejections.push({ instrument, fault: result.fault });
    if (result.outcome === 'duplicate') totals.duplicate++;
    if (result.outcome !== 'taken') continue;
    totals[result.increments.length > 0 ? 'counted' : 'baseline']++;
    increments.push(...result.increments);
    warnings.push(...result.increments.filter(isTooLong).map((counted) => tooLong(instrument, counted)));
  }
  const rows = windowRows(increments.filter(({ increment }) => countOf(increment.reading) > 0));
  return { states, rows, ...totals, rejections, warnings };
}

/** Counts one point and keeps in `states` what it says of its stream and its process. */
function countPoint(
  { point, uses, names }: NamedPoint,
  held: HeldStreams,
  states: Map<string, StoredState>,
): CountedPoint {
  const isUsed = uses.length > 0;
  const fault = timeFault(point.timeMs, held.nowMs);
  if (fault !== undefined) return isUsed ? { outcome: 'rejected', fault } : { outcome: 'unused' };
  const quietAtMs = hear(names.family, point.timeMs, states);
  if (!isUsed) return { outcome: 'unused' };
  const advanced = advanceStream(states.get(names.stream) as StreamState | undefined, point, quietAtMs);
  if (advanced === 'duplicate') return { outcome: 'duplicate' };
  states.set(names.stream, stored(advanced.state));
  return { outcome: 'taken', increments: uses.flatMap((use) => countedFor(use, advanced.increment, held.rollouts)) };
}

/** Notes that a process was heard, and returns when it was heard before. */
function hear(family: string | null, timeMs: number, states: Map<string, StoredState>): number | null {
  if (family === null) return null;
  const state = states.get(family) as FamilyState | undefined;
  states.set(family, stored(advanceFamily(state, timeMs)));
  return heardBefore(state, timeMs);
}

function countedFor(use: PointUse, increment: Increment, rollouts: readonly Rollout[]): readonly CountedIncrement[] {
  const rollout = rollouts.find(({ definition }) => definition.rollout === use.rollout);
  if (rollout === undefined) return [];
  const { phase, coverageSinceMs } = rollout.state;
  const isInProgress = phase === 'running' || phase === 'paused';
  return isInProgress && increment.fromMs >= coverageSinceMs ? [{ rollout, use, increment }] : [];
}

function isTooLong({ rollout, increment }: CountedIncrement): boolean {
  return increment.untilMs - increment.fromMs > rollout.definition.windowMs;
}

function tooLong(instrument: string, { rollout: { definition } }: CountedIncrement): PointNote {
  const { rollout, windowMs } = definition;
  const remedy = 'export more often, or give the rollout a windowMs of at least the export interval';
  return { instrument, fault: `covers more than one window of "${rollout}" (${windowMs} ms): ${remedy}` };
}

function stored(state: StreamState | FamilyState): StoredState {
  return state as unknown as StoredState;
}
