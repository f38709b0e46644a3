import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkLine, START_OF_CHAIN } from '../../audit/index.ts';
import {
  ALL_ENVIRONMENTS,
  type AuditEntry,
  GENESIS_HASH,
  type LearningStorage,
  type Scope,
} from '../../domain/index.ts';
import { aDecision, aFlag, aRolloutDefinition, aRunningRollout, aScope, BY_TESTER, PAUSE } from './builders.ts';
import { aLabel, aModel, FOR_TESTING } from './learning-builders.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export function auditContract(get: () => LearningStorage): void {
  it('tells who did what to flags, settings, sources and rollouts, with what was there before', async () => {
    const { flags, rollouts, windows } = get();
    const scope = await aScope(get());
    const on = { ...aFlag, defaultVariant: 'on' };
    await flags.writeFlag(scope, 'checkout', on, { actor: 'key:other' });
    const settings = { bucketing: 'murmur3', staticContext: { region: 'eu' }, corsOrigins: [], freezes: [] } as const;
    await flags.writeSettings(scope, settings, BY_TESTER);
    await flags.writeEvaluators(scope, { isPro: true }, BY_TESTER);
    await windows.quarantineSource(scope, 'web-1', BY_TESTER);
    await windows.quarantineSource(scope, 'web-1', BY_TESTER);
    await windows.releaseSource(scope, 'web-1', BY_TESTER);
    const running = await aRunningRollout(get(), scope);
    await rollouts.applyDecision(aDecision(scope, running, {}));
    const entries = await all(scope);
    expect(entries.map(({ action, kind, target, actor }) => [action, kind, target, actor])).toEqual([
      ['flag', 'flag', 'checkout', 'tester'],
      ['flag', 'flag', 'checkout', 'key:other'],
      ['settings', 'settings', '$settings', 'tester'],
      ['evaluators', 'evaluators', '$evaluators', 'tester'],
      ['sourceQuarantined', 'source', 'web-1', 'tester'],
      ['sourceReleased', 'source', 'web-1', 'tester'],
      ['rolloutCreated', 'rolloutDefinition', 'new-checkout', 'tester'],
      ['start', 'rollout', 'new-checkout', 'tester'],
      ['ramp', 'rollout', 'new-checkout', 'controller'],
    ]);
    const state = { generation: 1, isArchived: false, phase: 'running' };
    expect(entries[0]).toMatchObject({ before: null, after: aFlag, reason: 'because', ...scope });
    expect(entries[1]).toMatchObject({ before: aFlag, after: on, reason: null });
    expect(entries[2]).toMatchObject({ before: null, after: settings });
    expect(entries[5]).toMatchObject({ before: { isQuarantined: true }, after: { isQuarantined: false } });
    expect(entries[6]?.after).toEqual(aRolloutDefinition());
    expect(entries[8]).toMatchObject({
      before: { ...state, coverage: 1_000, revision: 2 },
      after: { ...state, coverage: 5_000, revision: 3, decisionId: 'decision' },
      reason: 'all gates passed',
    });
    expect(Math.abs(entries[8]!.atMs - Date.now())).toBeLessThan(10_000);
  });

  it('tells of labels and models, and of environments and keys in the chain of the tenant', async () => {
    const { flags, keys, labels, models } = get();
    const tenant = `audited-${process.pid}-${Date.now()}`;
    const scope = { tenant, environment: 'production' };
    await flags.createEnvironment(scope, { actor: 'key:first' });
    await flags.writeFlag(scope, 'checkout', aFlag, BY_TESTER);
    await aRunningRollout(get(), scope);
    const label = aLabel();
    await labels.append(scope, label);
    await labels.append(scope, label);
    const model = aModel({ environment: 'production' });
    await models.register(tenant, model, 'nightly', { actor: 'trainer' });
    await models.promote(scope, model.modelId, FOR_TESTING);
    await models.demote(scope, model.modelId, FOR_TESTING);
    const secretHash = Uint8Array.from({ length: 32 }, (_, n) => 255 - n);
    const key = { tenant, name: 'root', scopes: ['admin'] as const, secretHash };
    await keys.createKey({ ...key, keyId: `all${tenant}`, environment: null }, BY_TESTER);
    await keys.createKey({ ...key, keyId: `one${tenant}`, environment: 'production' });
    await keys.revokeKey(tenant, `one${tenant}`, BY_TESTER);
    const told = async (chain: Scope) => (await all(chain)).map(({ action, actor }) => `${action} by ${actor}`);
    expect((await told(scope)).slice(3)).toEqual([
      'labelAdded by tester',
      'modelRegistered by trainer',
      'modelMoved by tester',
      'modelMoved by tester',
      'keyCreated by server',
      'keyRevoked by tester',
    ]);
    const ofTenant = { tenant, environment: ALL_ENVIRONMENTS };
    expect(await told(ofTenant)).toEqual(['environmentCreated by key:first', 'keyCreated by tester']);
    const texts = JSON.stringify([await all(scope), await all(ofTenant)]);
    for (const encoding of ['hex', 'base64', 'base64url'] as const)
      expect(texts).not.toContain(Buffer.from(secretHash).toString(encoding));
  });

  it('keeps nothing of a change that was refused', async () => {
    const { flags, rollouts } = get();
    const scope = await aScope(get());
    const running = await aRunningRollout(get(), scope);
    const { sequence } = await get().audit.readHead(scope);
    await expect(flags.writeFlag(scope, 'checkout', aFlag, { ...BY_TESTER, ifRevision: 9 })).rejects.toMatchObject({
      code: 'revisionMismatch',
    });
    await rollouts.moveRollout(scope, 'new-checkout', { ...PAUSE, ifRevision: 9 });
    await rollouts.applyDecision(aDecision(scope, running, { deadlineMs: 0 }));
    await rollouts.applyDecision(aDecision(scope, running, { action: 'hold', decisionId: 'hold' }));
    expect((await get().audit.readHead(scope)).sequence).toBe(sequence);
  });

  it('is one chain without gaps whoever writes at the same time, and hashes texts as they are checked', async () => {
    const { flags } = get();
    const scope = await aScope(get());
    expect(await get().audit.readHead({ ...scope, environment: 'nowhere' })).toEqual({
      sequence: 0,
      hash: GENESIS_HASH,
    });
    const texts = fc.sample(fc.string({ unit: 'binary', maxLength: 20 }), { seed: 11, numRuns: 60 });
    const clean = (text: string) => text.replaceAll(/[\0\p{Surrogate}]/gu, '');
    const write = (text: string, n: number) =>
      flags.writeFlag(
        scope,
        `flag-${n % 5}`,
        { ...aFlag, metadata: { [text]: text, number: n / 7, tiny: n * 1e-9 } },
        { actor: `key:${clean(text)}`, reason: clean(text) },
      );
    const writer = async (first: number) => {
      for (let n = first; n < texts.length; n += 4) await write(clean(texts[n]!), n);
    };
    await Promise.all([0, 1, 2, 3].map(writer));
    const lines = await get().audit.readLines(scope, { after: 0, through: 1_000, limit: 1_000 });
    let state = START_OF_CHAIN;
    for (const line of lines) {
      const next = checkLine(state, line, sha256);
      if ('message' in next) throw new Error(`${next.message}: ${line}`);
      state = next;
    }
    expect(state).toMatchObject({ sequence: 61 });
    expect(state).toMatchObject(await get().audit.readHead(scope));
    const page = await get().audit.readLines(scope, { after: 3, through: 5, limit: 10 });
    expect(page).toEqual(lines.slice(3, 5));
  });

  it('lists newest first, page by page, by actor, action, kind, target and time', async () => {
    const { flags, audit } = get();
    const scope = await aScope(get());
    for (const actor of ['a', 'b', 'a']) await flags.writeFlag(scope, `of-${actor}`, aFlag, { actor });
    await aRunningRollout(get(), scope);
    const numbers = async (query: object) => (await audit.list(scope, { limit: 9, ...query })).map((e) => e.sequence);
    expect(await numbers({ limit: 2 })).toEqual([6, 5]);
    expect(await numbers({ limit: 2, before: 5 })).toEqual([4, 3]);
    expect(await numbers({ actor: 'a' })).toEqual([4, 2]);
    expect(await numbers({ action: 'start' })).toEqual([6]);
    expect(await numbers({ kind: 'flag', target: 'of-b' })).toEqual([3]);
    const [{ atMs }] = (await audit.list(scope, { limit: 1, before: 4 })) as [AuditEntry];
    expect(await numbers({ throughMs: atMs - 1_000_000 })).toEqual([]);
    expect(await numbers({ fromMs: atMs, throughMs: atMs })).toContain(3);
  });

  async function all(chain: Scope): Promise<readonly AuditEntry[]> {
    return (await get().audit.list(chain, { limit: 1_000 })).toReversed();
  }
}
