import { describe, expect, it } from 'vitest';
import { decide } from '../../../controller/decide/index.ts';
import type { Restrictions } from '../../../domain/index.ts';
import { aRollout, codesOf, HEALTHY, observationOf, START_MS, someWindows } from './builders.ts';

const healthy = someWindows({ count: 60, variants: HEALTHY });
const harmful = someWindows({
  count: 60,
  variants: { new: { units: 200, errors: 40 }, old: { units: 800, errors: 8 } },
});
const frozen = { name: 'holidays', reason: 'nobody is here', untilMs: START_MS + 7_200_000 };
const outcomeOf = (windows: typeof healthy, restrictions: Partial<Restrictions>) =>
  decide({ ...observationOf(aRollout(), windows), restrictions: { freezes: [], dependencies: [], ...restrictions } });

describe('restrictions', () => {
  it('hold a ramp that nothing else stands in the way of, and say until when', () => {
    expect(decide(observationOf(aRollout(), healthy)).decision.action).toBe('ramp');
    const { decision } = outcomeOf(healthy, { freezes: [frozen] });
    expect(decision).toMatchObject({ action: 'hold', coverage: 20_000 });
    expect(decision.reasons).toEqual([
      {
        code: 'frozen',
        message: `the freeze "holidays" holds until ${new Date(frozen.untilMs).toISOString()} (nobody is here); guardrails stay armed`,
        releasedBy: `${new Date(frozen.untilMs).toISOString()}, or a calendar without it`,
      },
    ]);
  });

  it.each([
    ['running', 'dependencyPending', /"base", which is running/],
    ['draft', 'dependencyPending', /is draft/],
    [null, 'dependencyPending', /does not exist/],
    ['rolledBack', 'dependencyFailed', /was rolled back/],
  ] as const)('of a dependency that is %s hold as %s', (phase, code, message) => {
    const outcome = outcomeOf(healthy, { dependencies: [{ rollout: 'base', phase }] });
    expect(codesOf(outcome)).toEqual([code]);
    expect(outcome.decision.reasons[0]?.message).toMatch(message);
    expect(outcome.decision.reasons[0]?.releasedBy).toMatch(/"base"/);
  });

  it('never hold a rollback, and change no evidence', () => {
    const all = { freezes: [frozen], dependencies: [{ rollout: 'base', phase: 'rolledBack' as const }] };
    expect(outcomeOf(harmful, all)).toEqual(decide(observationOf(aRollout(), harmful)));
    expect(outcomeOf(harmful, all).decision.action).toBe('rollback');
  });

  it('hold a completion too', () => {
    const baked = aRollout({ bakeMs: 1, patienceMs: 0 }, { coverage: 95_000 });
    const variants = { new: { units: 950, errors: 9 }, old: { units: 50, errors: 1 } };
    const observation = observationOf(baked, someWindows({ count: 60, coverage: 95_000, variants }));
    expect(decide(observation).decision.action).toBe('complete');
    const held = decide({ ...observation, restrictions: { freezes: [frozen], dependencies: [] } });
    expect(codesOf(held)).toEqual(['frozen']);
  });
});
