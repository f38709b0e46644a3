import { describe, expect, it } from 'vitest';
import { checkpointsAhead, moveFor, restrictionsAt, type VoteWish, voteMove } from '../../controller/index.ts';
import type { Checkpoint, Rollout, RolloutPhase, Surroundings, Vote } from '../../domain/index.ts';
import { aRolloutIn } from './builders.ts';

const NOW_MS = 1_000_000_000;
const WEEK_MS = 7 * 24 * 3_600_000;
const around = (changes: Partial<Surroundings> = {}): Surroundings => ({
  freezes: [],
  dependencies: [],
  approvals: [],
  twoPersonRule: false,
  plannedBy: 'key:ann',
  startedBy: 'key:bob',
  ...changes,
});
const withCheckpoints = (phase: RolloutPhase, approvals: readonly Checkpoint[], votes?: readonly Vote[]): Rollout => {
  const { definition, state } = aRolloutIn(phase);
  const steering = { mode: 'advise', pin: null, overrides: [], ...(votes && { votes }) } as const;
  const coverage = phase === 'running' || phase === 'paused' ? 5_000 : phase === 'completed' ? 100_000 : 0;
  return { definition: { ...definition, approvals }, state: { ...state, coverage, steering } };
};
const aVote = (changes: Partial<Vote> = {}): Vote => ({
  vote: 'approve',
  beyond: 20_000,
  generation: 1,
  owner: 'key:cat',
  reason: '',
  atMs: NOW_MS - 1,
  untilMs: NOW_MS + WEEK_MS,
  ...changes,
});
const vote = (wish: VoteWish, rollout: Rollout, actor = 'key:cat', surroundings = around()) =>
  voteMove(wish, { rollout, surroundings }, { actor, reason: 'seen' }, NOW_MS);

describe('checkpoints', () => {
  it('are those of the rollout and of its environment that are not passed, the strictest of each, the next one first', () => {
    const own = [{ beyond: 50_000, approvers: 2 }, { beyond: 5_000 }, { beyond: 4_999 }];
    const approvals = [{ beyond: 50_000 }, { beyond: 20_000 }, { beyond: 5_000, approvers: 3 }];
    const ahead = checkpointsAhead(around({ approvals }), withCheckpoints('running', own), NOW_MS);
    expect(ahead.map(({ beyond, approvers }) => [beyond, approvers])).toEqual([
      [5_000, 3],
      [20_000, 1],
      [50_000, 2],
    ]);
    expect(checkpointsAhead(around({ approvals }), withCheckpoints('completed', own), NOW_MS)).toEqual([]);
  });

  it('restrict until enough people approve, and again when an approval has ended or somebody declines', () => {
    const two = [{ beyond: 20_000, approvers: 2 }];
    const isOpen = (votes: readonly Vote[], changes: Partial<Surroundings> = {}) =>
      restrictionsAt(around(changes), withCheckpoints('running', two, votes), NOW_MS) === undefined;
    const [cat, dan] = [aVote(), aVote({ owner: 'key:dan' })];
    expect(isOpen([])).toBe(false);
    expect(isOpen([cat])).toBe(false);
    expect(isOpen([cat, dan])).toBe(true);
    expect(isOpen([cat, { ...dan, untilMs: NOW_MS }])).toBe(false);
    expect(isOpen([cat, { ...dan, generation: 2 }])).toBe(false);
    expect(isOpen([cat, { ...dan, beyond: 50_000 }])).toBe(false);
    expect(isOpen([cat, dan, aVote({ owner: 'key:eve', vote: 'decline' })])).toBe(false);
    const owned = [cat, aVote({ owner: 'key:bob' })];
    expect(isOpen(owned)).toBe(true);
    expect(isOpen(owned, { twoPersonRule: true })).toBe(false);
  });
});

describe('a vote', () => {
  const plan = [{ beyond: 20_000 }, { beyond: 50_000 }];

  it('is about the next checkpoint unless another one is named, holds for a week, and keeps what else was said', () => {
    const move = vote({ verb: 'approve' }, withCheckpoints('running', plan));
    expect(move).toEqual({
      verb: 'approve',
      fromPhases: ['draft', 'running', 'paused', 'rolledBack'],
      actor: 'key:cat',
      reason: 'seen',
      ifRevision: 7,
      phase: 'running',
      steering: {
        mode: 'advise',
        pin: null,
        overrides: [],
        votes: [aVote({ reason: 'seen', atMs: NOW_MS, untilMs: NOW_MS + WEEK_MS })],
      },
    });
    const named = vote({ verb: 'decline', beyond: 50_000, untilMs: NOW_MS + 1 }, withCheckpoints('running', plan));
    expect(named.steering?.votes).toMatchObject([{ vote: 'decline', beyond: 50_000, untilMs: NOW_MS + 1 }]);
    for (const untilMs of [NOW_MS, NOW_MS + 91 * 24 * 3_600_000])
      expect(() => vote({ verb: 'approve', untilMs }, withCheckpoints('running', plan))).toThrow(/untilMs/);
  });

  it("takes the place of the same person's vote before, and of no other", () => {
    const votes = [aVote(), aVote({ owner: 'key:dan' }), aVote({ beyond: 50_000 }), aVote({ generation: 7 })];
    const { steering } = vote({ verb: 'decline' }, withCheckpoints('running', plan, votes));
    expect(steering?.votes).toEqual([votes[1], votes[2], aVote({ vote: 'decline', reason: 'seen', atMs: NOW_MS })]);
  });

  it('on a rollout that was rolled back is about the next run, and a retry keeps those alone', () => {
    const rolledBack = withCheckpoints('rolledBack', [{ beyond: 0 }], [aVote({ beyond: 0 })]);
    const { steering } = vote({ verb: 'approve' }, rolledBack);
    expect(steering?.votes).toMatchObject([{ generation: 2, beyond: 0 }]);
    const both = [aVote({ beyond: 0 }), ...steering!.votes!];
    const approved = withCheckpoints('rolledBack', [{ beyond: 0 }], both);
    expect(moveFor('retry', approved, { actor: 'key:ann' }).steering).toEqual({
      mode: 'advise',
      pin: null,
      overrides: [],
      votes: steering!.votes,
    });
    expect(restrictionsAt(around(), rolledBack, NOW_MS)).toMatchObject({ checkpoints: [{ beyond: 0, votes: [] }] });
    expect(restrictionsAt(around(), approved, NOW_MS)).toBeUndefined();
  });

  it('needs a checkpoint ahead, and says which there are', () => {
    const code = (phase: RolloutPhase, wish: VoteWish) => () => vote(wish, withCheckpoints(phase, plan));
    expect(code('running', { verb: 'approve', beyond: 1_000 })).toThrow(
      /beyond 1 %.*ahead are: beyond 20 %, beyond 50/,
    );
    expect(code('completed', { verb: 'approve' })).toThrow(/completed .* none ahead/);
    expect(() => vote({ verb: 'approve' }, withCheckpoints('running', []))).toThrow(/none ahead/);
  });

  it('of approval comes from a second person where the environment wants one; anybody may decline', () => {
    const rule = around({ twoPersonRule: true });
    const rollout = withCheckpoints('running', plan);
    for (const actor of ['key:ann', 'key:bob']) {
      expect(() => vote({ verb: 'approve' }, rollout, actor, rule)).toThrow(
        expect.objectContaining({ code: 'secondPersonNeeded' }),
      );
      expect(vote({ verb: 'decline' }, rollout, actor, rule).steering?.votes).toHaveLength(1);
      expect(vote({ verb: 'approve' }, rollout, actor).steering?.votes).toHaveLength(1);
    }
    expect(vote({ verb: 'approve' }, rollout, 'key:cat', rule).steering?.votes).toHaveLength(1);
  });
});
