import { describe, expect, it } from 'vitest';
import type { DecisionToApply } from '../../../domain/index.ts';
import { applyDecision, GUARDS, type Guard } from '../../../simulation/control-plane/store/apply-decision.ts';
import { openStatements } from '../../../simulation/control-plane/store/open-statements.ts';
import { emptyTables } from '../../../simulation/control-plane/store/tables.ts';
import { aDecision, aFlag, aRolloutDefinition, BY_TESTER, PAUSE, START } from '../../storage/builders.ts';
import { without } from './planted/plant.ts';
import { REAL_PARTS } from './real-parts.ts';
import { findFailure } from './run-seeds.ts';

const SCOPE = { tenant: 'acme', environment: 'production' };
const NOW_MS = 1_760_000_000_000;

/** Each of them alone keeps a second move out of a window, so that one missing would never be noticed beside the others. */
const AGAINST_SECOND_MOVES: readonly Guard[] = ['evidence', 'revision', 'key', 'coverage'];

describe('guards that stand behind each other', () => {
  const secondMoves = (count: number, missing: readonly Guard[]) =>
    findFailure(count, { parts: { ...REAL_PARTS, ...without(...missing) }, watched: ['one move per window'] });

  it('let a rollout move twice in one window when all are missing', async () => {
    expect(await secondMoves(200, AGAINST_SECOND_MOVES)).toBeDefined();
  });

  it.each(AGAINST_SECOND_MOVES)('keep second moves out when only "%s" is left', async (left) => {
    const missing = AGAINST_SECOND_MOVES.filter((guard) => guard !== left);
    expect(await secondMoves(8, missing)).toBeUndefined();
  });
});

describe('each guard by itself', () => {
  const cases: readonly { readonly guard: Guard; readonly what: string; readonly change: Partial<DecisionToApply> }[] =
    [
      { guard: 'generation', what: 'another generation', change: { generation: 2 } },
      { guard: 'evidence', what: 'a window before the newest decided one', change: { windowEndMs: 4_000 } },
      { guard: 'revision', what: 'an older revision', change: { revision: 1 } },
      { guard: 'key', what: 'a window that has its decision', change: { windowEndMs: 5_000 } },
      { guard: 'coverage', what: 'coverage beyond the last stage', change: { coverage: 95_001 } },
      { guard: 'coverage', what: 'coverage that is not raised', change: { coverage: 1_000 } },
      { guard: 'coverage', what: 'completion short of everybody', change: { action: 'complete', coverage: 95_000 } },
      { guard: 'deadline', what: 'a decision that is too old', change: { deadlineMs: NOW_MS } },
    ];

  it.each(cases)('"$guard" refuses $what, and none of the others does so for it', ({ guard, change }) => {
    const others = (Object.keys(GUARDS) as Guard[]).filter((other) => other !== guard);
    expect(applyTo(change, [guard])).toBe(false);
    // An older window has no key of its own, and one that has its key is no news: these two overlap on purpose.
    const overlapping: readonly Guard[] = guard === 'key' ? ['evidence'] : [];
    expect(
      applyTo(
        change,
        others.filter((other) => !overlapping.includes(other)),
      ),
    ).toBe(true);
  });

  it('"phase" refuses a ramp in a pause, and leaves holds and rollbacks alone', () => {
    expect(applyTo({}, ['phase'], 'paused')).toBe(false);
    expect(applyTo({ action: 'hold' }, ['phase'], 'paused')).toBe(true);
    expect(applyTo({ action: 'rollback' }, ['phase'], 'paused')).toBe(true);
  });

  it('all of them let a decision pass that nothing is wrong with', () => {
    expect(applyTo({})).toBe(true);
  });

  /** Whether a ramp is applied to a rollout whose window of 5 s has its decision. */
  function applyTo(change: Partial<DecisionToApply>, guards?: readonly Guard[], phase = 'running'): boolean {
    const tables = emptyTables();
    const clock = { nowMs: () => NOW_MS };
    const { flags, rollouts } = openStatements(tables, { clock, drawBytes: (count) => new Uint8Array(count) });
    flags.createEnvironment(SCOPE);
    flags.writeFlag(SCOPE, 'checkout', aFlag, BY_TESTER);
    rollouts.createRollout(SCOPE, aRolloutDefinition(), BY_TESTER);
    const started = rollouts.moveRollout(SCOPE, 'new-checkout', START)!;
    const hold = { action: 'hold', windowEndMs: 5_000 } as const;
    expect(rollouts.applyDecision(aDecision(SCOPE, started, hold))).toBe(true);
    const rollout = phase === 'paused' ? rollouts.moveRollout(SCOPE, 'new-checkout', PAUSE)! : started;
    const decision = aDecision(SCOPE, rollout, { deadlineMs: NOW_MS + 1, ...change });
    return applyDecision(tables, decision, NOW_MS, guards);
  }
});
