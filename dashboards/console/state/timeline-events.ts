import type { HistoryPoint } from '../api/answers.ts';
import type { Move } from './moves.ts';

/** Most events that are listed. */
const MOST_EVENTS = 60;

/** A move, or holds one after another for the same reason. */
export interface TimelineEvent {
  /** "hold", or the kind of a move. */
  readonly kind: string;
  readonly atMs: number;
  readonly coverage: number;
  readonly reason: string | null;
  readonly actor: string;
  readonly isByHand: boolean;
  /** Decisions that were the same, 1 for a move. */
  readonly count: number;
}

/** Moves and holds of a rollout in one list, newest first. */
export function eventsOf(points: readonly HistoryPoint[], moves: readonly Move[]): readonly TimelineEvent[] {
  const moved = moves.map((move) => ({ ...move, isByHand: move.actor !== 'controller', count: 1 }));
  return [...holdsIn(points, moves), ...moved].sort((left, right) => right.atMs - left.atMs).slice(0, MOST_EVENTS);
}

/** Holds for the same reason are one event, as long as no move comes between. */
function holdsIn(points: readonly HistoryPoint[], moves: readonly Move[]): readonly TimelineEvent[] {
  const holds: (TimelineEvent & { readonly code: string; readonly stage: number })[] = [];
  for (const { action, decidedAtMs: atMs, coverage, reason } of points) {
    // A withdrawal is told as the move that it is.
    if (action !== 'hold' || reason === null || reason.code === 'treatmentWithdrawn') continue;
    const stage = moves.filter((move) => move.atMs < atMs).length;
    const last = holds.at(-1);
    const isSame = last?.code === reason.code && last.stage === stage;
    const event = { kind: 'hold', atMs, coverage, reason: reason.message, actor: 'controller', isByHand: false };
    if (isSame) holds[holds.length - 1] = { ...last, ...event, count: last.count + 1 };
    else holds.push({ ...event, count: 1, code: reason.code, stage });
  }
  return holds;
}
