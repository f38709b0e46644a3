import { describe, expect, it } from 'vitest';
import { moveFor, requireVerb, VERBS, verbsIn } from '../../controller/index.ts';
import type { Rollout, RolloutPhase } from '../../domain/index.ts';
import { aRolloutIn } from './builders.ts';

const PHASES: readonly RolloutPhase[] = ['draft', 'running', 'paused', 'completed', 'rolledBack'];
const STEERING = ['advance', 'jump', 'pin', 'unpin', 'override', 'restore', 'mode'] as const;
const by = { actor: 'key:me', reason: 'because' };

describe('verbs', () => {
  it.each([
    ['draft', ['start', 'mode', 'archive']],
    ['running', ['pause', ...STEERING, 'rollback', 'complete']],
    ['paused', ['resume', ...STEERING, 'rollback', 'complete']],
    ['completed', ['rollback', 'archive']],
    ['rolledBack', ['retry', 'archive']],
  ] as const)('in phase %s these work: %j', (phase, verbs) => {
    expect(verbsIn(phase)).toEqual(verbs);
  });

  it('every other verb is refused with what works instead', () => {
    for (const phase of PHASES) {
      for (const verb of VERBS.filter((candidate) => !verbsIn(phase).includes(candidate))) {
        expect(() => requireVerb(verb, aRolloutIn(phase))).toThrow(verbsIn(phase).join(', '));
      }
    }
  });

  it('nothing works on an archived rollout', () => {
    const rollout: Rollout = {
      ...aRolloutIn('completed'),
      state: { ...aRolloutIn('completed').state, isArchived: true },
    };
    for (const verb of VERBS) expect(() => requireVerb(verb, rollout)).toThrow(/archived/);
  });

  it('a start goes to the first stage, a completion to everybody, a rollback to nobody', () => {
    expect(moveFor('start', aRolloutIn('draft'), by)).toMatchObject({ phase: 'running', coverage: 1_000 });
    expect(moveFor('complete', aRolloutIn('running'), by)).toMatchObject({ phase: 'completed', coverage: 100_000 });
    expect(moveFor('rollback', aRolloutIn('completed'), by)).toMatchObject({ phase: 'rolledBack', coverage: 0 });
  });

  it('a retry begins the next generation at the first stage, and keeps nothing that people said but the mode', () => {
    const word = { owner: 'ann', reason: 'because', untilMs: 2_000 };
    const steering = { mode: 'advise', pin: word, overrides: [{ metric: 'errors', ...word }] } as const;
    const rolledBack = aRolloutIn('rolledBack');
    const rollout = { ...rolledBack, state: { ...rolledBack.state, coverage: 0, steering } };
    expect(moveFor('retry', rollout, by)).toMatchObject({
      phase: 'running',
      coverage: 1_000,
      isNewGeneration: true,
      steering: { mode: 'advise', pin: null, overrides: [] },
    });
  });

  it('compares the revision that the person saw, except for a rollback, which always wins', () => {
    expect(moveFor('pause', aRolloutIn('running'), by).ifRevision).toBe(7);
    expect(moveFor('pause', aRolloutIn('running'), { ...by, ifRevision: 5 }).ifRevision).toBe(5);
    expect(moveFor('rollback', aRolloutIn('running'), { ...by, ifRevision: 5 }).ifRevision).toBeUndefined();
  });
});
