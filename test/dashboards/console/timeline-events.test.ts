import { describe, expect, it } from 'vitest';
import { eventsOf } from '../../../dashboards/console/state/timeline-events.ts';
import type { HistoryPoint } from '../../../domain/index.ts';

const aHold = (second: number, code: string): HistoryPoint => ({
  atMs: second * 1_000 - 500,
  decidedAtMs: second * 1_000,
  action: 'hold',
  coverage: 1_000,
  reason: { code, message: `${code} at ${second}` },
  treatments: [],
  budgetLeft: null,
});
const aMove = (second: number, kind: string, actor = 'controller') => ({
  kind,
  actor,
  atMs: second * 1_000,
  coverage: 5_000,
  reason: 'because',
});

describe('The timeline of a rollout', () => {
  it('adds up holds for the same reason, and begins anew after a move', () => {
    const points = [aHold(1, 'dwell'), aHold(2, 'dwell'), aHold(4, 'dwell'), aHold(5, 'noData'), aHold(6, 'dwell')];
    const events = eventsOf(points, [aMove(0, 'start', 'key:a'), aMove(3, 'ramp')]);
    expect(events.map(({ kind, reason, count }) => [kind, reason, count])).toEqual([
      ['hold', 'dwell at 6', 1],
      ['hold', 'noData at 5', 1],
      ['hold', 'dwell at 4', 1],
      ['ramp', 'because', 1],
      ['hold', 'dwell at 2', 2],
      ['start', 'because', 1],
    ]);
    expect(events.at(-1)?.isByHand).toBe(true);
    expect(events[3]?.isByHand).toBe(false);
  });

  it('takes moves from the history of changes, and leaves decisions that moved something to them', () => {
    const ramped: HistoryPoint = { ...aHold(2, 'stageCleared'), action: 'ramp' };
    expect(eventsOf([ramped], [aMove(2, 'ramp')]).map(({ kind }) => kind)).toEqual(['ramp']);
  });
});
