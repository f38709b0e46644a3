import { describe, expect, it } from 'vitest';
import { type SteeringWish, steeringMove } from '../../controller/index.ts';
import type { Rollout, Steering } from '../../domain/index.ts';
import { aRolloutIn } from './builders.ts';

const NOW_MS = 1_000_000;
const HOUR_MS = 3_600_000;
const by = { actor: 'key:me', reason: 'because' };
const word = { owner: 'key:me', reason: 'because', untilMs: NOW_MS + HOUR_MS };
const steered = (steering: Partial<Steering>): Rollout => {
  const { definition, state } = aRolloutIn('running');
  return { definition, state: { ...state, steering: { mode: 'automatic', pin: null, overrides: [], ...steering } } };
};
const move = (wish: SteeringWish, rollout = aRolloutIn('running')) => steeringMove(wish, rollout, by, NOW_MS);

describe('what people say beside the plan', () => {
  it('moves coverage up and down, and never beyond the last stage or to nothing', () => {
    expect(move({ verb: 'jump', coverage: 60_000 })).toMatchObject({
      phase: 'running',
      coverage: 60_000,
      ifRevision: 7,
    });
    expect(move({ verb: 'jump', coverage: 500 }, aRolloutIn('paused'))).toMatchObject({
      phase: 'paused',
      coverage: 500,
    });
    for (const coverage of [0, 95_001, 100_000]) {
      expect(() => move({ verb: 'jump', coverage })).toThrow(/outside the plan/);
      expect(() => move({ verb: 'pin', coverage, untilMs: word.untilMs })).toThrow(/outside the plan/);
    }
  });

  it('pins coverage for somebody until a time, and then it moves no more, until the pin ends', () => {
    const pinned = move({ verb: 'pin', coverage: 20_000, owner: 'ann', untilMs: word.untilMs });
    expect(pinned).toMatchObject({ coverage: 20_000, steering: { mode: 'automatic', pin: { ...word, owner: 'ann' } } });
    expect(move({ verb: 'pin', untilMs: word.untilMs })).toMatchObject({ coverage: 5_000, steering: { pin: word } });
    const rollout = steered({ pin: word });
    expect(() => move({ verb: 'jump', coverage: 500 }, rollout)).toThrow(
      /key:me pinned it until 1970.*\(because\); unpin it/,
    );
    expect(move({ verb: 'jump', coverage: 500 }, steered({ pin: { ...word, untilMs: NOW_MS } })).coverage).toBe(500);
    expect(move({ verb: 'pin', coverage: 700, untilMs: NOW_MS + 1 }, rollout).steering?.pin?.untilMs).toBe(NOW_MS + 1);
  });

  it('has guardrails ignored one by one, each with its own end, and counts them again', () => {
    const both = steered({
      overrides: [
        { metric: 'errors', ...word },
        { metric: 'latency', ...word, untilMs: NOW_MS - 1 },
      ],
    });
    const again = move({ verb: 'override', metric: 'errors', untilMs: word.untilMs + 1 }, both);
    expect(again.steering?.overrides).toEqual([{ metric: 'errors', ...word, untilMs: word.untilMs + 1 }]);
    expect(move({ verb: 'restore', metric: 'errors' }, both).steering?.overrides).toEqual([]);
    expect(() => move({ verb: 'restore', metric: 'latency' }, both)).toThrow(/overridden are: errors/);
    expect(() => move({ verb: 'override', metric: 'revenue', untilMs: word.untilMs })).toThrow(/no guardrail/);
  });

  it('ends at a time that is neither past nor months away', () => {
    for (const untilMs of [NOW_MS, NOW_MS - 1, NOW_MS + 91 * 24 * HOUR_MS]) {
      expect(() => move({ verb: 'pin', untilMs })).toThrow(/in the past or too far away/);
      expect(() => move({ verb: 'override', metric: 'errors', untilMs })).toThrow(/in the past or too far away/);
    }
  });

  it('sets a mode in any phase in which something is still to be decided', () => {
    expect(move({ verb: 'mode', mode: 'advise' }, aRolloutIn('draft'))).toMatchObject({
      phase: 'draft',
      steering: { mode: 'advise' },
    });
    expect(() => move({ verb: 'mode', mode: 'off' }, aRolloutIn('completed'))).toThrow(
      /what works now: rollback, archive/,
    );
  });
});
