import { expect, it } from 'vitest';
import { DEFAULT_SETTINGS, type RolloutState, type Scope, type Storage } from '../../domain/index.ts';
import {
  aDecision,
  aFlag,
  aReport,
  aRolloutDefinition,
  aRow,
  aRunningRollout,
  aScope,
  BY_TESTER,
  COMPLETE,
  PAUSE,
  RESUME,
  ROLL_BACK,
  START,
  theWindow,
} from './builders.ts';

/** Both times are taken in one statement, and the clock may tick in between. */
function expectOneMoment({ startedAtMs, coverageSinceMs }: RolloutState): void {
  expect(Math.abs(startedAtMs! - coverageSinceMs)).toBeLessThan(1_000);
}

export function rolloutsContract(get: () => Storage): void {
  it('stores a draft, which is not published and not due', async () => {
    const { flags, rollouts } = get();
    const scope = await aScope(get());
    const definition = aRolloutDefinition();
    const draft = await rollouts.createRollout(scope, definition, BY_TESTER);
    expect(draft).toEqual({
      definition,
      state: {
        phase: 'draft',
        generation: 1,
        revision: 1,
        coverage: 0,
        coverageSinceMs: expect.any(Number),
        startedAtMs: null,
        isArchived: false,
      },
    });
    expect(await rollouts.readRollout(scope, 'new-checkout')).toEqual(draft);
    expect(await flags.readPublished(scope)).toMatchObject({ version: 2, rollouts: [] });
    expect(await claimIn(scope)).toEqual([]);
    const [change] = await flags.listChanges(scope, { limit: 1 });
    expect(change).toMatchObject({ kind: 'rolloutCreated', subject: 'new-checkout', actor: 'tester' });
    expect(change?.payload).toEqual({ revision: 1, definition, reason: 'because' });
  });

  it('refuses a draft of an unknown flag, and a name that is taken', async () => {
    const { rollouts, flags } = get();
    const scope = await aScope(get());
    const lost = rollouts.createRollout(scope, aRolloutDefinition({ flag: 'missing' }), BY_TESTER);
    await expect(lost).rejects.toMatchObject({ code: 'flagNotFound' });
    await rollouts.createRollout(scope, aRolloutDefinition(), BY_TESTER);
    const again = rollouts.createRollout(scope, aRolloutDefinition(), BY_TESTER);
    await expect(again).rejects.toMatchObject({ code: 'rolloutExists' });
    expect(await flags.readPublished(scope)).toMatchObject({ version: 2 });
  });

  it('lists rollouts in pages by name', async () => {
    const { rollouts } = get();
    const scope = await aScope(get());
    for (const rollout of ['b', 'a', 'c']) {
      await rollouts.createRollout(scope, aRolloutDefinition({ rollout }), BY_TESTER);
    }
    const names = async (page: { limit: number; after?: string }) =>
      (await rollouts.listRollouts(scope, page)).map((rollout) => rollout.definition.rollout);
    expect(await names({ limit: 2 })).toEqual(['a', 'b']);
    expect(await names({ limit: 2, after: 'b' })).toEqual(['c']);
  });

  it('replaces the definition of a draft', async () => {
    const { flags, rollouts } = get();
    const scope = await aScope(get());
    await rollouts.createRollout(scope, aRolloutDefinition(), BY_TESTER);
    const definition = aRolloutDefinition({ alpha: 0.2 });
    const updated = await rollouts.updateRollout(scope, definition, { ...BY_TESTER, ifRevision: 1 });
    expect(updated).toMatchObject({ definition, state: { phase: 'draft', revision: 2 } });
    expect(await flags.listChanges(scope, { limit: 1 })).toMatchObject([{ version: 3, kind: 'rolloutUpdated' }]);
  });

  it('refuses to replace a definition that is missing, stale, started or for an unknown flag', async () => {
    const { flags, rollouts } = get();
    const scope = await aScope(get());
    const update = (changes = {}, ifRevision?: number) =>
      rollouts.updateRollout(
        scope,
        aRolloutDefinition(changes),
        ifRevision === undefined ? BY_TESTER : { ...BY_TESTER, ifRevision },
      );
    await expect(update()).rejects.toMatchObject({ code: 'rolloutNotFound' });
    await rollouts.createRollout(scope, aRolloutDefinition(), BY_TESTER);
    await expect(update({}, 7)).rejects.toMatchObject({ code: 'revisionMismatch' });
    await expect(update({ flag: 'missing' })).rejects.toMatchObject({ code: 'flagNotFound' });
    await rollouts.moveRollout(scope, 'new-checkout', START);
    await expect(update()).rejects.toMatchObject({ code: 'rolloutNotDraft' });
    expect(await flags.readPublished(scope)).toMatchObject({ version: 3 });
  });

  it('starts a rollout: phase, coverage, times, revision, version and history change together', async () => {
    const { flags, rollouts } = get();
    const scope = await aScope(get());
    const draft = await rollouts.createRollout(scope, aRolloutDefinition(), BY_TESTER);
    const started = await rollouts.moveRollout(scope, 'new-checkout', { ...START, ifRevision: draft.state.revision });
    expect(started?.state).toMatchObject({ phase: 'running', coverage: 1_000, revision: 2, generation: 1 });
    expect(started?.state.startedAtMs).toBeGreaterThanOrEqual(draft.state.coverageSinceMs);
    expectOneMoment(started!.state);
    expect(await flags.readPublished(scope)).toMatchObject({ version: 3, rollouts: [started] });
    const [change] = await flags.listChanges(scope, { limit: 1 });
    expect(change).toMatchObject({ kind: 'start', subject: 'new-checkout', actor: 'tester' });
    expect(change?.payload).toEqual({
      phase: 'running',
      coverage: 1_000,
      generation: 1,
      revision: 2,
      isArchived: false,
      reason: 'because',
    });
  });

  it('keeps the times of a rollout that is paused and resumed', async () => {
    const { rollouts } = get();
    const scope = await aScope(get());
    const { state } = await aRunningRollout(get(), scope);
    await rollouts.moveRollout(scope, 'new-checkout', PAUSE);
    const resumed = await rollouts.moveRollout(scope, 'new-checkout', RESUME);
    expect(resumed?.state).toEqual({ ...state, revision: state.revision + 2 });
  });

  it('keeps what people say beside the plan, with the rollout and in the history', async () => {
    const { flags, rollouts } = get();
    const scope = await aScope(get());
    const { state } = await aRunningRollout(get(), scope);
    const held = await flags.readPublished(scope);
    const word = { owner: 'ann', reason: 'ä "b"', untilMs: 5_000 };
    const steering = { mode: 'advise', pin: word, overrides: [{ metric: 'errors', ...word }] } as const;
    const pin = { ...BY_TESTER, verb: 'pin', fromPhases: ['running'], phase: 'running', steering } as const;
    const pinned = await rollouts.moveRollout(scope, 'new-checkout', pin);
    expect(pinned?.state).toEqual({ ...state, revision: 3, steering });
    await rollouts.moveRollout(scope, 'new-checkout', PAUSE);
    expect((await rollouts.readRollout(scope, 'new-checkout'))?.state.steering).toEqual(steering);
    expect((await flags.readPublished(scope, held)).rollouts[0]?.state.steering).toEqual(steering);
  });

  it('lets nothing but people move what is not on automatic', async () => {
    const { rollouts } = get();
    const scope = await aScope(get());
    const steering = { mode: 'off', pin: null, overrides: [] } as const;
    const observed = await aRunningRollout(get(), scope);
    const off = { ...BY_TESTER, verb: 'mode', fromPhases: ['running'], phase: 'running', steering } as const;
    await rollouts.moveRollout(scope, 'new-checkout', off);
    const late = aDecision(scope, observed, { action: 'rollback', coverage: 0 });
    expect(await rollouts.applyDecision(late)).toBe(false);
    expect(await rollouts.moveRollout(scope, 'new-checkout', ROLL_BACK)).toMatchObject({ state: { coverage: 0 } });
  });

  it('tries a rollout again as the next generation, with evidence and windows of its own', async () => {
    const { rollouts, windows } = get();
    const scope = await aScope(get());
    const first = await aRunningRollout(get(), scope);
    await windows.acceptReport(scope, aReport(1, [aRow(0), aRow(0, { variant: 'off' }), aRow(9)]), 'key');
    await rollouts.applyDecision(aDecision(scope, first, { windowEndMs: theWindow(0).endMs }));
    await rollouts.moveRollout(scope, 'new-checkout', ROLL_BACK);
    const retry = { ...START, verb: 'retry', fromPhases: ['rolledBack'], isNewGeneration: true } as const;
    const second = (await rollouts.moveRollout(scope, 'new-checkout', retry))!;
    expect(second.state).toMatchObject({ phase: 'running', generation: 2, coverage: 1_000 });
    expectOneMoment(second.state);
    const lateness = { allowedLatenessMs: 0, attributionMs: 0 };
    const begun = await windows.closeWindows(scope, 'new-checkout', 2, lateness);
    expect(begun).toMatchObject({ closedThroughMs: 0, throughMs: 0, state: null });
    const reported = await windows.acceptReport(scope, aReport(2, [aRow(0, { generation: 2 })]), 'key');
    expect(reported.lateRowCount).toBe(0);
    expect(await rollouts.applyDecision(aDecision(scope, first, { action: 'rollback', coverage: 0 }))).toBe(false);
    const ramp = aDecision(scope, second, { windowEndMs: theWindow(0).endMs });
    expect(await rollouts.applyDecision(ramp)).toBe(true);
    expect(await claimIn(scope)).toEqual(['new-checkout']);
  });

  it('answers a request once, and remembers the answer', async () => {
    const { flags, rollouts } = get();
    const scope = await aScope(get());
    await aRunningRollout(get(), scope);
    const request = { key: 'ask-1', sha256: 'abc' };
    expect(await rollouts.readAnswer(scope, 'ask-1')).toBeUndefined();
    const paused = await rollouts.moveRollout(scope, 'new-checkout', { ...PAUSE, request });
    await rollouts.moveRollout(scope, 'new-checkout', RESUME);
    expect(await rollouts.readAnswer(scope, 'ask-1')).toEqual({ ...request, rollout: paused });
    expect(await rollouts.readAnswer({ ...scope, environment: 'other' }, 'ask-1')).toBeUndefined();
    const { version } = await flags.readPublished(scope);
    const again = rollouts.moveRollout(scope, 'new-checkout', { ...PAUSE, request });
    await expect(again).rejects.toMatchObject({ code: 'requestRepeated' });
    expect(await flags.readPublished(scope)).toMatchObject({ version });
    const refused = { ...RESUME, request: { key: 'ask-2', sha256: 'abc' } };
    expect(await rollouts.moveRollout(scope, 'new-checkout', refused)).toBeUndefined();
    expect(await rollouts.readAnswer(scope, 'ask-2')).toBeUndefined();
  });

  it('does nothing when phase or revision is not what the mover thought, or there is no such rollout', async () => {
    const { flags, rollouts } = get();
    const scope = await aScope(get());
    const running = await aRunningRollout(get(), scope);
    expect(await rollouts.moveRollout(scope, 'new-checkout', RESUME)).toBeUndefined();
    expect(await rollouts.moveRollout(scope, 'new-checkout', { ...PAUSE, ifRevision: 1 })).toBeUndefined();
    expect(await rollouts.moveRollout(scope, 'missing', PAUSE)).toBeUndefined();
    expect(await rollouts.readRollout(scope, 'new-checkout')).toEqual(running);
    expect(await flags.readPublished(scope)).toMatchObject({ version: 3 });
  });

  it('lets one of eight movers with the same revision win', async () => {
    const { flags, rollouts } = get();
    const scope = await aScope(get());
    const { state } = await aRunningRollout(get(), scope);
    const move = { ...PAUSE, ifRevision: state.revision };
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, () => rollouts.moveRollout(scope, 'new-checkout', move)),
    );
    expect(outcomes.filter((outcome) => outcome !== undefined)).toHaveLength(1);
    expect(await flags.readPublished(scope)).toMatchObject({ version: 4 });
  });

  it('starts a second rollout of a flag only when the first is over', async () => {
    const { flags, rollouts } = get();
    const scope = await aScope(get());
    await aRunningRollout(get(), scope);
    await rollouts.createRollout(scope, aRolloutDefinition({ rollout: 'second' }), BY_TESTER);
    const refused = { code: 'flagHasRollout' };
    await expect(rollouts.moveRollout(scope, 'second', START)).rejects.toMatchObject(refused);
    await rollouts.moveRollout(scope, 'new-checkout', PAUSE);
    await expect(rollouts.moveRollout(scope, 'second', START)).rejects.toMatchObject(refused);
    expect(await flags.readPublished(scope)).toMatchObject({ version: 5 });
    await rollouts.moveRollout(scope, 'new-checkout', ROLL_BACK);
    expect(await rollouts.moveRollout(scope, 'second', START)).toMatchObject({ state: { phase: 'running' } });
  });

  it('publishes what is in force in the order of the first start', async () => {
    const { flags, rollouts } = get();
    const scope = await aScope(get());
    for (const n of ['z', 'y', 'x', 'w']) {
      await flags.writeFlag(scope, n, aFlag, BY_TESTER);
      await aRunningRollout(get(), scope, { rollout: n, flag: n });
      await nextMillisecond();
    }
    await rollouts.moveRollout(scope, 'z', PAUSE);
    await rollouts.moveRollout(scope, 'y', COMPLETE);
    await rollouts.moveRollout(scope, 'x', ROLL_BACK);
    await rollouts.moveRollout(scope, 'z', RESUME);
    const names = async () => (await flags.readPublished(scope)).rollouts.map((rollout) => rollout.definition.rollout);
    expect(await names()).toEqual(['z', 'y', 'w']);
    await rollouts.moveRollout(scope, 'y', {
      ...BY_TESTER,
      verb: 'archive',
      fromPhases: ['completed'],
      phase: 'completed',
      isArchived: true,
    });
    expect(await names()).toEqual(['z', 'w']);
  });

  it('makes rollouts due while they run or are paused, and claims each once', async () => {
    const { rollouts } = get();
    const scope = await aScope(get());
    await aRunningRollout(get(), scope);
    expect(await claimIn(scope)).toEqual(['new-checkout']);
    expect(await claimIn(scope)).toEqual([]);
    await rollouts.releaseClaim(scope, 'new-checkout', 0);
    await rollouts.moveRollout(scope, 'new-checkout', PAUSE);
    expect(await claimIn(scope)).toEqual(['new-checkout']);
    await rollouts.releaseClaim(scope, 'new-checkout', 60_000);
    expect(await claimIn(scope)).toEqual([]);
    await rollouts.moveRollout(scope, 'new-checkout', RESUME);
    expect(await claimIn(scope)).toEqual(['new-checkout']);
    await rollouts.moveRollout(scope, 'new-checkout', ROLL_BACK);
    await rollouts.releaseClaim(scope, 'new-checkout', 0);
    expect(await claimIn(scope)).toEqual([]);
  });

  it('gives up a claim that was never released', async () => {
    const scope = await aScope(get());
    await aRunningRollout(get(), scope);
    expect(await claimIn(scope, 50)).toEqual(['new-checkout']);
    await expect.poll(() => claimIn(scope), { interval: 10 }).toEqual(['new-checkout']);
  });

  it('lets at most one rollout of an exclusion group be in progress', async () => {
    const { flags, rollouts } = get();
    const scope = await aScope(get());
    await flags.writeFlag(scope, 'other', aFlag, BY_TESTER);
    await aRunningRollout(get(), scope, { exclusionGroup: 'shop' });
    await rollouts.createRollout(
      scope,
      aRolloutDefinition({ rollout: 'b', flag: 'other', exclusionGroup: 'shop' }),
      BY_TESTER,
    );
    await rollouts.moveRollout(scope, 'new-checkout', PAUSE);
    await expect(rollouts.moveRollout(scope, 'b', START)).rejects.toMatchObject({ code: 'groupHasRollout' });
    await rollouts.moveRollout(scope, 'new-checkout', ROLL_BACK);
    expect((await rollouts.moveRollout(scope, 'b', START))?.state.phase).toBe('running');
  });

  it('lets no more rollouts be in progress than the environment allows, whoever starts them at the same moment', async () => {
    const { flags, rollouts } = get();
    const scope = await aScope(get());
    await flags.writeSettings(scope, { ...DEFAULT_SETTINGS, maxInProgress: 3 }, BY_TESTER);
    const names = Array.from({ length: 8 }, (_, n) => `r-${n}`);
    for (const rollout of names) {
      await flags.writeFlag(scope, rollout, aFlag, BY_TESTER);
      await rollouts.createRollout(scope, aRolloutDefinition({ rollout, flag: rollout }), BY_TESTER);
    }
    const started = await Promise.allSettled(names.map((rollout) => rollouts.moveRollout(scope, rollout, START)));
    const refused = started.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    expect(refused).toHaveLength(5);
    for (const reason of refused) expect(reason).toMatchObject({ code: 'environmentFull' });
    const { rollouts: inForce } = await flags.readPublished(scope);
    expect(inForce).toHaveLength(3);
    const [first, ...others] = inForce.map(({ definition }) => definition.rollout);
    expect(refused[0].detail).toContain(`the 3 that may be in progress here: ${[first, ...others].sort().join(', ')}`);
    await rollouts.moveRollout(scope, others[0]!, PAUSE);
    await rollouts.moveRollout(scope, others[0]!, RESUME);
    const waiting = names.find((name) => name !== first && !others.includes(name))!;
    await expect(rollouts.moveRollout(scope, waiting, START)).rejects.toMatchObject({ code: 'environmentFull' });
    await rollouts.moveRollout(scope, first!, ROLL_BACK);
    expect((await rollouts.moveRollout(scope, waiting, START))?.state.phase).toBe('running');
    const retry = { ...START, verb: 'retry', fromPhases: ['rolledBack'], isNewGeneration: true } as const;
    await expect(rollouts.moveRollout(scope, first!, retry)).rejects.toMatchObject({ code: 'environmentFull' });
    expect((await rollouts.readRollout(scope, first!))?.state).toMatchObject({ phase: 'rolledBack', generation: 1 });
  });

  it('refuses plans that wait for each other in a circle, of two who save at the same moment too', async () => {
    const { flags, rollouts } = get();
    const scope = await aScope(get());
    const aPlan = (rollout: string, ...dependsOn: readonly string[]) => aRolloutDefinition({ rollout, dependsOn });
    await rollouts.createRollout(scope, aPlan('a', 'z'), BY_TESTER);
    await rollouts.createRollout(scope, aPlan('b', 'a'), BY_TESTER);
    await rollouts.createRollout(scope, aPlan('c', 'a', 'b'), BY_TESTER);
    const { version } = await flags.readPublished(scope);
    const circle = {
      code: 'invalidRollout',
      violations: [{ path: '/dependsOn/1', message: expect.stringContaining('"c" depends on "a"') }],
    };
    await expect(rollouts.updateRollout(scope, aPlan('a', 'z', 'c'), BY_TESTER)).rejects.toMatchObject(circle);
    await expect(rollouts.createRollout(scope, aPlan('z', 'c'), BY_TESTER)).rejects.toMatchObject({
      violations: [{ path: '/dependsOn/0' }],
    });
    expect(await flags.readPublished(scope)).toMatchObject({ version });
    const both = await Promise.allSettled([
      rollouts.createRollout(scope, aPlan('x', 'y'), BY_TESTER),
      rollouts.createRollout(scope, aPlan('y', 'x'), BY_TESTER),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('knows the calendar around a rollout, and where those are that it depends on', async () => {
    const { flags, rollouts } = get();
    const scope = await aScope(get());
    await aRunningRollout(get(), scope);
    const dependsOn = ['later', 'new-checkout'];
    await rollouts.createRollout(scope, aRolloutDefinition({ rollout: 'b', dependsOn }), BY_TESTER);
    const mine = { plannedBy: 'tester', startedBy: 'tester' };
    const nothing = { freezes: [], dependencies: [], approvals: [], twoPersonRule: false };
    expect(await rollouts.readSurroundings(scope, 'new-checkout')).toEqual({ ...nothing, ...mine });
    const freezes = [{ name: 'x', reason: 'y', from: '2026-12-24T00:00:00Z', until: '2026-12-27T00:00:00Z' }];
    const approvals = [{ beyond: 20_000, approvers: 2 }];
    await flags.writeSettings(scope, { ...DEFAULT_SETTINGS, freezes, approvals, twoPersonRule: true }, BY_TESTER);
    expect(await rollouts.readSurroundings(scope, 'b')).toEqual({
      freezes,
      dependencies: [
        { rollout: 'later', phase: null },
        { rollout: 'new-checkout', phase: 'running' },
      ],
      approvals,
      twoPersonRule: true,
      plannedBy: 'tester',
      startedBy: null,
    });
    const all = await rollouts.listSurroundings(scope);
    expect(all.map(({ of }) => of)).toEqual(await rollouts.listRollouts(scope, { limit: 10 }));
    const { of: draft, ...around } = all[0]!;
    expect(around).toEqual(await rollouts.readSurroundings(scope, draft.definition.rollout));
    await rollouts.moveRollout(scope, 'new-checkout', ROLL_BACK);
    expect((await rollouts.listSurroundings(scope)).map(({ of }) => of.definition.rollout)).toEqual(['b']);
    await expect(rollouts.readSurroundings(scope, 'c')).rejects.toMatchObject({ code: 'rolloutNotFound' });
  });

  it('knows whose a rollout is, and ends votes on a plan that was changed, but not the mode', async () => {
    const { rollouts } = get();
    const scope = await aScope(get());
    await rollouts.createRollout(scope, aRolloutDefinition(), { actor: 'ann' });
    const owners = async () => {
      const { plannedBy, startedBy } = await rollouts.readSurroundings(scope, 'new-checkout');
      return [plannedBy, startedBy];
    };
    const vote = { vote: 'approve', beyond: 0, generation: 1, owner: 'bob', reason: 'ä', atMs: 1, untilMs: 2 } as const;
    const steering = { mode: 'advise', pin: null, overrides: [], votes: [vote] } as const;
    const approve = { actor: 'bob', verb: 'approve', fromPhases: ['draft'], phase: 'draft', steering } as const;
    expect((await rollouts.moveRollout(scope, 'new-checkout', approve))?.state.steering).toEqual(steering);
    expect(await owners()).toEqual(['ann', null]);
    const changed = await rollouts.updateRollout(scope, aRolloutDefinition({ alpha: 0.2 }), { actor: 'cat' });
    expect(changed.state.steering).toEqual({ mode: 'advise', pin: null, overrides: [] });
    await rollouts.moveRollout(scope, 'new-checkout', { ...START, actor: 'dan' });
    await rollouts.moveRollout(scope, 'new-checkout', { ...PAUSE, actor: 'eve' });
    await rollouts.moveRollout(scope, 'new-checkout', { ...RESUME, actor: 'eve' });
    expect(await owners()).toEqual(['cat', 'dan']);
    await rollouts.moveRollout(scope, 'new-checkout', { ...ROLL_BACK, actor: 'eve' });
    const retry = { ...START, actor: 'fay', verb: 'retry', fromPhases: ['rolledBack'], isNewGeneration: true } as const;
    await rollouts.moveRollout(scope, 'new-checkout', retry);
    expect(await owners()).toEqual(['cat', 'fay']);
  });

  it('shares due rollouts among concurrent claimers without handing one out twice', async () => {
    const { flags } = get();
    const scope = await aScope(get());
    for (let n = 0; n < 24; n++) {
      await flags.writeFlag(scope, `flag-${n}`, aFlag, BY_TESTER);
      await aRunningRollout(get(), scope, { rollout: `rollout-${n}`, flag: `flag-${n}` });
    }
    const claims = await Promise.all(Array.from({ length: 8 }, () => claimIn(scope, 60_000, 5)));
    expect(claims.every((claim) => claim.length <= 5)).toBe(true);
    const rest = await claimIn(scope);
    const all = [...claims.flat(), ...rest];
    expect(new Set(all).size).toBe(all.length);
    expect(all).toHaveLength(24);
  });

  /** Names of the rollouts claimed in one environment; others' claims end at once. */
  async function claimIn(scope: Scope, claimMs = 60_000, limit = 1_000): Promise<readonly string[]> {
    const claimed = await get().rollouts.claimDue(limit, claimMs);
    return claimed.filter((claim) => claim.environment === scope.environment).map((claim) => claim.rollout);
  }
}

/** Times are in ms: two starts within one would be in the order of their names. */
async function nextMillisecond(): Promise<void> {
  const now = Date.now();
  await expect.poll(() => Date.now(), { interval: 1 }).toBeGreaterThan(now);
}
