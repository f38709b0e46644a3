import { expect, it } from 'vitest';
import type { DecisionToApply, Rollout, RolloutMove, Scope, Storage } from '../../domain/index.ts';
import {
  aDecision,
  aDecisionRecord,
  aRolloutDefinition,
  aRunningRollout,
  aScope,
  BY_TESTER,
  PAUSE,
  RESUME,
  ROLL_BACK,
  START,
} from './builders.ts';

export function decisionsContract(get: () => Storage): void {
  it('applies a ramp: coverage, its time, evidence, version and history change together', async () => {
    const { flags, rollouts } = get();
    const scope = await aScope(get());
    const before = await aRunningRollout(get(), scope);
    const evidence = { z: 0.1, a: [1, { nested: 1e-9 }] };
    expect(await rollouts.applyDecision(aDecision(scope, before, { evidence }))).toBe(true);
    const after = await rollouts.readRollout(scope, 'new-checkout');
    expect(after?.state).toEqual({
      ...before.state,
      coverage: 5_000,
      revision: before.state.revision + 1,
      coverageSinceMs: expect.any(Number),
    });
    expect(after?.state.coverageSinceMs).toBeGreaterThanOrEqual(before.state.coverageSinceMs);
    const { throughMs, state } = await readEvidence(scope);
    expect({ throughMs, state: JSON.stringify(state) }).toEqual({ throughMs: 10_000, state: JSON.stringify(evidence) });
    const [change] = await flags.listChanges(scope, { limit: 1 });
    expect(change).toMatchObject({ version: 4, kind: 'ramp', subject: 'new-checkout', actor: 'controller' });
    expect(change?.payload).toEqual({
      phase: 'running',
      coverage: 5_000,
      generation: 1,
      revision: 3,
      decisionId: 'decision',
      reason: 'all gates passed',
    });
  });

  it('applies a hold without a new version, and once', async () => {
    const { flags, rollouts } = get();
    const scope = await aScope(get());
    const before = await aRunningRollout(get(), scope);
    const hold = aDecision(scope, before, { action: 'hold', coverage: 1_000, evidence: { held: true } });
    expect(await rollouts.applyDecision(hold)).toBe(true);
    expect(await rollouts.applyDecision(hold)).toBe(false);
    expect(await rollouts.readRollout(scope, 'new-checkout')).toEqual(before);
    expect(await flags.readPublished(scope)).toMatchObject({ version: 3 });
    expect(await readEvidence(scope)).toMatchObject({ throughMs: 10_000, state: { held: true } });
  });

  it('keeps how units are divided with the ramp that admits them, and until another decision says otherwise', async () => {
    const { flags, rollouts } = get();
    const scope = await aScope(get());
    const before = await aRunningRollout(get(), scope);
    const admission = { layers: [{ through: 5_000, split: [60_000, 40_000] }], withdrawn: [] };
    expect(await rollouts.applyDecision(aDecision(scope, before, { admission }))).toBe(true);
    const after = (await rollouts.readRollout(scope, 'new-checkout'))!;
    expect(after.state).toMatchObject({ coverage: 5_000, admission });
    expect(await flags.readPublished(scope)).toMatchObject({ rollouts: [{ state: { admission } }] });
    const next = aDecision(scope, after, { coverage: 20_000, windowEndMs: 20_000, decisionId: 'next' });
    expect(await rollouts.applyDecision(next)).toBe(true);
    expect((await rollouts.readRollout(scope, 'new-checkout'))!.state.admission).toEqual(admission);
  });

  it('withdraws a treatment at the same coverage, once, and counts its time anew', async () => {
    const { flags, rollouts } = get();
    const scope = await aScope(get());
    const before = await aRunningRollout(get(), scope);
    const admission = { layers: [{ through: 1_000, split: [60_000, 40_000] }], withdrawn: ['b'] };
    const withdrawal = aDecision(scope, before, {
      action: 'hold',
      coverage: 1_000,
      admission,
      evidence: { harm: true },
    });
    expect(await rollouts.applyDecision(withdrawal)).toBe(true);
    expect(await rollouts.applyDecision({ ...withdrawal, decisionId: 'again' })).toBe(false);
    const { state } = (await rollouts.readRollout(scope, 'new-checkout'))!;
    expect(state).toMatchObject({ phase: 'running', coverage: 1_000, revision: before.state.revision + 1, admission });
    expect(state.coverageSinceMs).toBeGreaterThanOrEqual(before.state.coverageSinceMs);
    const [change] = await flags.listChanges(scope, { limit: 1 });
    expect(change).toMatchObject({
      version: 4,
      kind: 'withdraw',
      payload: { coverage: 1_000, decisionId: 'decision' },
    });
    expect(await readEvidence(scope)).toMatchObject({ throughMs: 10_000, state: { harm: true } });
  });

  it('withdraws nothing where a person has switched automation off', async () => {
    const { rollouts } = get();
    const scope = await aScope(get());
    const { state } = await aRunningRollout(get(), scope);
    const steering = { mode: 'advise' as const, pin: null, overrides: [] };
    const advised = (await rollouts.moveRollout(scope, 'new-checkout', {
      ...PAUSE,
      verb: 'mode',
      phase: 'running',
      steering,
    }))!;
    const admission = { layers: [], withdrawn: ['b'] };
    expect(
      await rollouts.applyDecision(aDecision(scope, advised, { action: 'hold', coverage: 1_000, admission })),
    ).toBe(false);
    expect((await rollouts.readRollout(scope, 'new-checkout'))!.state.admission).toBe(state.admission);
  });

  it('completes at full coverage: the rollout stays published and is not due any more', async () => {
    const { flags, rollouts } = get();
    const scope = await aScope(get());
    const before = await aRunningRollout(get(), scope);
    const complete = aDecision(scope, before, { action: 'complete', coverage: 100_000 });
    expect(await rollouts.applyDecision(complete)).toBe(true);
    expect(await flags.readPublished(scope)).toMatchObject({
      version: 4,
      rollouts: [{ state: { phase: 'completed', coverage: 100_000 } }],
    });
    expect((await rollouts.claimDue(1_000, 1)).filter((due) => due.environment === scope.environment)).toEqual([]);
  });

  it('rolls back whatever the revision, once, and nothing follows in that generation', async () => {
    const { flags, rollouts } = get();
    const scope = await aScope(get());
    const seen = await aRunningRollout(get(), scope);
    await rollouts.moveRollout(scope, 'new-checkout', PAUSE);
    const rollback = aDecision(scope, seen, { action: 'rollback', coverage: 0, evidence: { harm: true } });
    expect(await rollouts.applyDecision(rollback)).toBe(true);
    expect(await rollouts.applyDecision({ ...rollback, decisionId: 'again' })).toBe(false);
    const after = (await rollouts.readRollout(scope, 'new-checkout'))!;
    expect(after.state).toMatchObject({ phase: 'rolledBack', coverage: 0, revision: 4 });
    expect(await rollouts.applyDecision(aDecision(scope, after, { windowEndMs: 20_000 }))).toBe(false);
    expect(await flags.readPublished(scope)).toMatchObject({ version: 5, rollouts: [] });
    expect(await readEvidence(scope)).toMatchObject({ throughMs: 10_000, state: { harm: true } });
  });

  it('rolls back in a window that already has its decision, and keeps the evidence of that', async () => {
    const { rollouts } = get();
    const scope = await aScope(get());
    const seen = await aRunningRollout(get(), scope);
    const hold = aDecision(scope, seen, { action: 'hold', windowEndMs: 20_000, evidence: { of: 'hold' } });
    expect(await rollouts.applyDecision(hold)).toBe(true);
    const rollback = aDecision(scope, seen, { action: 'rollback', windowEndMs: 20_000, evidence: { of: 'rollback' } });
    expect(await rollouts.applyDecision(rollback)).toBe(true);
    expect(await readEvidence(scope)).toMatchObject({ throughMs: 20_000, state: { of: 'hold' } });
  });

  it('keeps guardrails armed in a pause: holds and rollbacks apply, ramps and completions do not', async () => {
    const { rollouts } = get();
    const scope = await aScope(get());
    await aRunningRollout(get(), scope);
    const paused = (await rollouts.moveRollout(scope, 'new-checkout', PAUSE))!;
    const apply = (changes: Partial<DecisionToApply>) => rollouts.applyDecision(aDecision(scope, paused, changes));
    expect(await apply({ action: 'ramp' })).toBe(false);
    expect(await apply({ action: 'complete', coverage: 100_000 })).toBe(false);
    expect(await apply({ action: 'hold' })).toBe(true);
    expect(await apply({ action: 'rollback' })).toBe(true);
  });

  it.each<{ what: string; changes: Partial<DecisionToApply>; move?: RolloutMove }>([
    { what: 'a ramp of a stale revision', changes: { revision: 1 } },
    { what: 'a hold of a stale revision', changes: { action: 'hold', revision: 1 } },
    { what: 'a ramp of another generation', changes: { generation: 2 } },
    { what: 'a rollback of another generation', changes: { action: 'rollback', generation: 2 } },
    { what: 'a ramp of an unknown rollout', changes: { rollout: 'missing' } },
    { what: 'a ramp past its deadline', changes: { deadlineMs: Date.now() - 1 } },
    { what: 'a completion past its deadline', changes: { action: 'complete', coverage: 100_000, deadlineMs: 0 } },
    { what: 'a ramp beyond the last stage', changes: { coverage: 95_001 } },
    { what: 'a ramp that does not raise coverage', changes: { coverage: 1_000 } },
    { what: 'a completion short of everybody', changes: { action: 'complete', coverage: 95_000 } },
    { what: 'a ramp on evidence that a later decision has overtaken', changes: { windowEndMs: 4_000 } },
    { what: 'a ramp in a window that has its decision', changes: { windowEndMs: 5_000 } },
    { what: 'a ramp after somebody moved the rollout', changes: {}, move: PAUSE },
    { what: 'a rollback after somebody rolled back', changes: { action: 'rollback' }, move: ROLL_BACK },
  ])('does not apply $what, and then nothing has happened', async ({ changes, move }) => {
    const { rollouts } = get();
    const scope = await aScope(get());
    const seen = await aRunningRollout(get(), scope);
    const hold = aDecision(scope, seen, { action: 'hold', windowEndMs: 5_000, evidence: { of: 'hold' } });
    expect(await rollouts.applyDecision(hold)).toBe(true);
    if (move !== undefined) await rollouts.moveRollout(scope, 'new-checkout', move);
    const before = await everything(scope);
    expect(await rollouts.applyDecision(aDecision(scope, seen, changes))).toBe(false);
    expect(await everything(scope)).toEqual(before);
  });

  it('lets automation go no further than the last stage of the definition that was started', async () => {
    const { rollouts } = get();
    const scope = await aScope(get());
    await rollouts.createRollout(scope, aRolloutDefinition(), BY_TESTER);
    const cautious = aRolloutDefinition({ stages: [{ coverage: 3_000, dwellMs: 0 }], holdback: 97_000 });
    await rollouts.updateRollout(scope, cautious, BY_TESTER);
    const running = (await rollouts.moveRollout(scope, 'new-checkout', START))!;
    expect(await rollouts.applyDecision(aDecision(scope, running, { coverage: 3_001 }))).toBe(false);
    expect(await rollouts.applyDecision(aDecision(scope, running, { coverage: 3_000 }))).toBe(true);
  });

  it('steps back to less coverage, and to no less than some', async () => {
    const { flags, rollouts } = get();
    const scope = await aScope(get());
    const seen = await aRunningRollout(get(), scope);
    expect(await rollouts.applyDecision(aDecision(scope, seen, { coverage: 3_000 }))).toBe(true);
    const high = (await rollouts.readRollout(scope, 'new-checkout'))!;
    const back = { action: 'stepBack', windowEndMs: 20_000, decisionId: 'back' } as const;
    for (const coverage of [0, 3_000, 4_000]) {
      expect(await rollouts.applyDecision(aDecision(scope, high, { ...back, coverage }))).toBe(false);
    }
    expect(await rollouts.applyDecision(aDecision(scope, high, { ...back, coverage: 2_000 }))).toBe(true);
    const after = (await rollouts.readRollout(scope, 'new-checkout'))!;
    expect(after.state).toMatchObject({ phase: 'running', coverage: 2_000, revision: high.state.revision + 1 });
    const [change] = await flags.listChanges(scope, { limit: 1 });
    expect(change).toMatchObject({ kind: 'stepBack', actor: 'controller', payload: { coverage: 2_000 } });
  });

  it('ramps once when eight controllers decide the same window', async () => {
    const { flags, rollouts } = get();
    const scope = await aScope(get());
    let rollout = await aRunningRollout(get(), scope);
    for (let round = 1; round <= 5; round++) {
      const ramps = Array.from({ length: 8 }, (_, n) =>
        aDecision(scope, rollout, {
          windowEndMs: round * 10_000,
          decisionId: `round ${round} controller ${n}`,
          coverage: 1_000 + round * 10 + n,
        }),
      );
      const outcomes = await Promise.all(ramps.map((ramp) => rollouts.applyDecision(ramp)));
      expect(outcomes.filter(Boolean)).toHaveLength(1);
      rollout = (await rollouts.readRollout(scope, 'new-checkout'))!;
      expect(rollout.state.coverage).toBe(ramps[outcomes.indexOf(true)]!.coverage);
    }
    expect(await flags.readPublished(scope)).toMatchObject({ version: 8 });
  });

  it('does not let a controller that reads late ramp again in a decided window', async () => {
    const { rollouts } = get();
    const scope = await aScope(get());
    const seen = await aRunningRollout(get(), scope);
    expect(await rollouts.applyDecision(aDecision(scope, seen, {}))).toBe(true);
    const late = (await rollouts.readRollout(scope, 'new-checkout'))!;
    expect(await rollouts.applyDecision(aDecision(scope, late, { decisionId: 'late', coverage: 9_000 }))).toBe(false);
  });

  it('ends rolled back when ramps, holds and rollbacks race, with versions gapless', async () => {
    const { flags, rollouts } = get();
    for (let round = 0; round < 8; round++) {
      const scope = await aScope(get());
      const seen = await aRunningRollout(get(), scope);
      const actions = ['ramp', 'rollback', 'hold', 'ramp', 'rollback', 'ramp', 'hold', 'rollback'] as const;
      const outcomes = await Promise.all(
        actions.map((action, n) => {
          const windowEndMs = 10_000 + (n % 3) * 10_000;
          const coverage = action === 'ramp' ? 2_000 + n : 0;
          const decision = aDecision(scope, seen, { action, windowEndMs, coverage, decisionId: `decision ${n}` });
          return rollouts.applyDecision(decision);
        }),
      );
      const applied = (action: string) =>
        outcomes.filter((wasApplied, n) => wasApplied && actions[n] === action).length;
      expect(applied('rollback')).toBe(1);
      expect(applied('ramp')).toBeLessThanOrEqual(1);
      const after = await rollouts.readRollout(scope, 'new-checkout');
      expect(after?.state).toMatchObject({ phase: 'rolledBack', coverage: 0 });
      const versions = (await flags.listChanges(scope, { limit: 99 })).map((change) => change.version);
      expect(versions).toEqual(Array.from({ length: 4 + applied('ramp') }, (_, n) => 4 + applied('ramp') - n));
    }
  });

  it('holds and rolls back in the same window at the same time', async () => {
    const { rollouts } = get();
    const scope = await aScope(get());
    const seen = await aRunningRollout(get(), scope);
    const [, wasRolledBack] = await Promise.all([
      rollouts.applyDecision(aDecision(scope, seen, { action: 'hold', decisionId: 'hold' })),
      rollouts.applyDecision(aDecision(scope, seen, { action: 'rollback', decisionId: 'rollback' })),
    ]);
    expect(wasRolledBack).toBe(true);
    expect(await rollouts.readRollout(scope, 'new-checkout')).toMatchObject({ state: { phase: 'rolledBack' } });
  });

  it('logs a record once, and returns it exactly as written', async () => {
    const { decisions } = get();
    const scope = await aScope(get());
    const record = aDecisionRecord({});
    await decisions.append(scope, record);
    await decisions.append(scope, { ...record, inputDigest: 'another' });
    const listed = await decisions.list(scope, 'new-checkout', { limit: 9 });
    expect(listed).toEqual([{ ...record, wasApplied: false }]);
    expect(JSON.stringify(listed[0]?.observation)).toBe(JSON.stringify(record.observation));
  });

  it('lists records newest first and tells which took effect', async () => {
    const { decisions, rollouts } = get();
    const scope = await aScope(get());
    const seen = await aRunningRollout(get(), scope);
    const record = async (decisionId: string, decidedAtMs: number, windowEndMs: number) =>
      decisions.append(scope, aDecisionRecord({ decisionId, decidedAtMs, windowEndMs }));
    await record('held', 1_000, 10_000);
    await record('too late', 2_000, 10_000);
    await record('rolled back', 3_000, 20_000);
    await decisions.append(scope, aDecisionRecord({ decisionId: 'other', rollout: 'other' }));
    await rollouts.applyDecision(aDecision(scope, seen, { action: 'hold', decisionId: 'held' }));
    await rollouts.applyDecision(aDecision(scope, seen, { action: 'ramp', decisionId: 'too late' }));
    const rollback = { action: 'rollback', decisionId: 'rolled back', windowEndMs: 20_000 } as const;
    await rollouts.applyDecision(aDecision(scope, seen, rollback));
    const list = async (options: { limit: number; before?: number; onlyApplied?: boolean }) =>
      (await decisions.list(scope, 'new-checkout', options)).map((listed) => [listed.decisionId, listed.wasApplied]);
    expect(await list({ limit: 9 })).toEqual([
      ['rolled back', true],
      ['too late', false],
      ['held', true],
    ]);
    expect(await list({ limit: 1, before: 3_000 })).toEqual([['too late', false]]);
    expect(await list({ limit: 1, before: 3_000, onlyApplied: true })).toEqual([['held', true]]);
  });

  it('tells the newest decision of each rollout, and when it was made', async () => {
    const { decisions, rollouts } = get();
    const scope = await aScope(get());
    await aRunningRollout(get(), scope);
    await rollouts.createRollout(scope, aRolloutDefinition({ rollout: 'untouched', salt: 'x' }), BY_TESTER);
    await decisions.append(scope, aDecisionRecord({ decisionId: 'older', decidedAtMs: 1_000 }));
    await decisions.append(scope, aDecisionRecord({ decisionId: 'newer', decidedAtMs: 2_000, windowEndMs: 20_000 }));
    const { rollout, generation, windowEndMs, decidedAtMs, decision } = aDecisionRecord({
      decidedAtMs: 2_000,
      windowEndMs: 20_000,
    });
    expect(await decisions.listNewest(scope)).toEqual([{ rollout, generation, windowEndMs, decidedAtMs, decision }]);
    expect(await decisions.newestTimes(scope)).toEqual(new Map([['new-checkout', 2_000]]));
    expect(await decisions.listNewest({ ...scope, environment: 'another' })).toEqual([]);
  });

  it('looks back at official decisions, evenly thinned out, with the rollback and without those that lost', async () => {
    const { decisions, rollouts } = get();
    const scope = await aScope(get());
    const seen = await aRunningRollout(get(), scope);
    const decide = async (n: number, action: 'hold' | 'rollback', decisionId = `decision ${n}`) => {
      const windowEndMs = n * 10_000;
      await decisions.append(
        scope,
        aDecisionRecord({ decisionId, windowEndMs, decidedAtMs: windowEndMs, assessment: { window: n } }),
      );
      return rollouts.applyDecision(aDecision(scope, seen, { action, decisionId, windowEndMs }));
    };
    for (let n = 1; n <= 20; n++) await decide(n, 'hold');
    await decide(20, 'hold', 'too late');
    await decide(20, 'rollback', 'rollback');
    const windowsOf = async (options: { afterMs: number; limit: number }, generation = 1) =>
      (await decisions.readHistory(scope, 'new-checkout', generation, options)).map(
        ({ assessment }) => (assessment as { window: number }).window,
      );
    const all = Array.from({ length: 20 }, (_, index) => index + 1);
    expect(await windowsOf({ afterMs: 0, limit: 200 })).toEqual([...all, 20]);
    expect(await windowsOf({ afterMs: 180_000, limit: 200 })).toEqual([19, 20, 20]);
    const thinned = await windowsOf({ afterMs: 0, limit: 5 });
    expect(thinned.length).toBeGreaterThanOrEqual(6);
    expect(thinned.length).toBeLessThanOrEqual(7);
    expect(thinned.slice(-2)).toEqual([20, 20]);
    expect(Math.max(...thinned.slice(1).map((window, index) => window - thinned[index]!))).toBeLessThanOrEqual(5);
    expect(await windowsOf({ afterMs: 0, limit: 200 }, 2)).toEqual([]);
    const newest = (await decisions.readHistory(scope, 'new-checkout', 1, { afterMs: 0, limit: 1 })).at(-1);
    expect(newest).toEqual({
      windowEndMs: 200_000,
      decidedAtMs: 200_000,
      decision: aDecisionRecord({}).decision,
      assessment: { window: 20 },
    });
  });

  it('lets a person resume after a pause and the controller go on from the evidence', async () => {
    const { rollouts } = get();
    const scope = await aScope(get());
    await aRunningRollout(get(), scope);
    const paused = (await rollouts.moveRollout(scope, 'new-checkout', PAUSE))!;
    await rollouts.applyDecision(aDecision(scope, paused, { action: 'hold' }));
    const resumed = (await rollouts.moveRollout(scope, 'new-checkout', RESUME))!;
    expect(await rollouts.applyDecision(aDecision(scope, resumed, { windowEndMs: 20_000 }))).toBe(true);
  });

  function readEvidence(scope: Scope) {
    return get().windows.closeWindows(scope, 'new-checkout', 1, { allowedLatenessMs: 0, attributionMs: 0 });
  }

  /** All that a decision could have changed. */
  async function everything(scope: Scope): Promise<{ rollout: Rollout | undefined; [part: string]: unknown }> {
    const { nowMs, ...evidence } = await readEvidence(scope);
    expect(nowMs).toBeGreaterThan(0);
    return {
      rollout: await get().rollouts.readRollout(scope, 'new-checkout'),
      evidence,
      changes: await get().flags.listChanges(scope, { limit: 99 }),
    };
  }
}
