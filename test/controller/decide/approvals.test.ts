import { describe, expect, it } from 'vitest';
import { decide } from '../../../controller/decide/index.ts';
import type { CheckpointNow, Vote } from '../../../domain/index.ts';
import { aRollout, codesOf, HEALTHY, observationOf, START_MS, someWindows } from './builders.ts';

const windows = (coverage: number, variants = HEALTHY) => someWindows({ count: 60, coverage, variants });
const aVote = (changes: Partial<Vote>): Vote => ({
  vote: 'approve',
  beyond: 20_000,
  generation: 1,
  owner: 'key:cat',
  reason: '',
  atMs: START_MS,
  untilMs: START_MS + 7_200_000,
  ...changes,
});
const checkpoint = (changes: Partial<CheckpointNow> = {}): CheckpointNow => ({
  beyond: 20_000,
  approvers: 1,
  votes: [],
  ownedBy: [],
  ...changes,
});
const outcomeOf = (coverage: number, ...checkpoints: readonly CheckpointNow[]) =>
  decide({
    ...observationOf(aRollout({}, { coverage }), windows(coverage)),
    restrictions: { freezes: [], dependencies: [], checkpoints },
  });

describe('a checkpoint', () => {
  it('holds a rollout that has reached it, and says what is missing and from whom', () => {
    const { decision } = outcomeOf(20_000, checkpoint({ approvers: 2, votes: [aVote({})], ownedBy: ['key:ann'] }));
    expect(decision).toEqual({
      action: 'hold',
      coverage: 20_000,
      reasons: [
        {
          code: 'approvalNeeded',
          message: '2 approvals are needed that it goes beyond 20 %; so far: key:cat',
          releasedBy:
            '1 more "approve" by a key with the scope "approve", but not by key:ann, who planned or started it',
        },
      ],
    });
  });

  it('says who declined and why', () => {
    const no = aVote({ vote: 'decline', reason: 'not on a Friday' });
    const [reason] = outcomeOf(20_000, checkpoint({ votes: [no] })).decision.reasons;
    expect(reason).toMatchObject({
      code: 'approvalDeclined',
      message: 'key:cat declined that it goes beyond 20 % (not on a Friday)',
    });
    expect(reason?.releasedBy).toMatch(/^key:cat, who approves after all, or 2025-10-09T/);
  });

  it('that is further away is gone to and not passed', () => {
    expect(outcomeOf(20_000, checkpoint({ beyond: 60_000 })).decision).toMatchObject({ coverage: 50_000 });
    const part = outcomeOf(20_000, checkpoint({ beyond: 30_000 }));
    expect(part.decision).toMatchObject({ action: 'ramp', coverage: 30_000 });
    expect(part.decision.reasons[0]).toMatchObject({
      code: 'riskBoundedStep',
      message: expect.stringContaining('one approval is needed that it goes beyond 30 %'),
    });
    const { actions } = part.assessment.envelope;
    const beyond = actions.filter(({ coverage }) => coverage > 30_000);
    expect([...new Set(beyond.flatMap(({ refusedBy }) => refusedBy))]).toEqual(['approvalNeeded']);
  });

  it('is decided the same from a record', () => {
    const restrictions = {
      freezes: [],
      dependencies: [],
      checkpoints: [checkpoint({ votes: [aVote({})], approvers: 2 })],
    };
    const observation = { ...observationOf(aRollout(), windows(20_000)), restrictions };
    expect(decide(JSON.parse(JSON.stringify(observation)))).toEqual(decide(observation));
  });

  it('beyond the last stage holds the completion', () => {
    const baked = aRollout({ bakeMs: 1, patienceMs: 0 }, { coverage: 95_000 });
    const variants = { new: { units: 950, errors: 9 }, old: { units: 50, errors: 1 } };
    const observation = observationOf(baked, windows(95_000, variants));
    expect(decide(observation).decision.action).toBe('complete');
    const restrictions = { freezes: [], dependencies: [], checkpoints: [checkpoint({ beyond: 95_000 })] };
    expect(codesOf(decide({ ...observation, restrictions }))).toEqual(['approvalNeeded']);
  });

  it('is the last thing that a hold waits for, and never holds a rollback', () => {
    const early = { ...observationOf(aRollout(), windows(20_000), 120_000) };
    const restrictions = { freezes: [], dependencies: [], checkpoints: [checkpoint()] };
    const codes = codesOf(decide({ ...early, restrictions }));
    expect(codes[0]).toBe('dwell');
    expect(codes.at(-1)).toBe('approvalNeeded');
    const harmful = { new: { units: 200, errors: 40 }, old: { units: 800, errors: 8 } };
    const observation = observationOf(aRollout(), windows(20_000, harmful));
    expect(decide({ ...observation, restrictions })).toEqual(decide(observation));
    expect(decide(observation).decision.action).toBe('rollback');
  });
});
