import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS, type Storage } from '../../domain/index.ts';
import { aFlag, aRolloutDefinition, aScope, BY_TESTER, COMPLETE, PAUSE, ROLL_BACK, START } from './builders.ts';
import { followingContract } from './following-contract.ts';

export function flagsContract(get: () => Storage): void {
  it('lists the environments of a tenant by name, and the versions of all', async () => {
    const { flags } = get();
    const tenant = `tenant-${process.pid}`;
    await flags.createEnvironment({ tenant, environment: 'staging' });
    await flags.createEnvironment({ tenant, environment: 'production' });
    await flags.writeFlag({ tenant, environment: 'staging' }, 'checkout', aFlag, BY_TESTER);
    const expected = [
      { tenant, environment: 'production', epoch: 1, version: 0 },
      { tenant, environment: 'staging', epoch: 1, version: 1 },
    ];
    expect(await flags.listEnvironments(tenant)).toEqual(expected);
    expect((await flags.listVersions()).filter((row) => row.tenant === tenant)).toEqual(expected);
  });

  it('refuses a second environment of the same name', async () => {
    const scope = await aScope(get());
    await expect(get().flags.createEnvironment(scope)).rejects.toMatchObject({ code: 'environmentExists' });
  });

  it('refuses to read from or write to an environment that does not exist', async () => {
    const { flags } = get();
    const nowhere = { tenant: 'acme', environment: 'nowhere' };
    const notFound = { code: 'environmentNotFound' };
    await expect(flags.readPublished(nowhere)).rejects.toMatchObject(notFound);
    await expect(flags.writeFlag(nowhere, 'checkout', aFlag, BY_TESTER)).rejects.toMatchObject(notFound);
    await expect(flags.writeEvaluators(nowhere, {}, BY_TESTER)).rejects.toMatchObject(notFound);
    expect(await flags.readFlag(nowhere, 'checkout')).toBeUndefined();
  });

  it('keeps tenants apart that use the same names', async () => {
    const { flags } = get();
    const scope = await aScope(get());
    const other = { ...scope, tenant: 'globex' };
    await flags.createEnvironment(other);
    expect(await flags.readFlag(other, 'checkout')).toBeUndefined();
    expect(await flags.readPublished(other)).toMatchObject({
      epoch: 1,
      version: 0,
      flagSet: { flags: {} },
      rollouts: [],
    });
  });

  it('gives each environment default settings and a secret of its own, and keeps what is written', async () => {
    const { flags } = get();
    const scope = await aScope(get());
    const other = { ...scope, environment: 'other' };
    await flags.createEnvironment(other);
    const [mine, theirs] = [await flags.readPublished(scope), await flags.readPublished(other)];
    expect(mine.settings).toEqual(DEFAULT_SETTINGS);
    expect(mine.ticketSecret).toHaveLength(32);
    expect(Buffer.from(mine.ticketSecret).equals(theirs.ticketSecret)).toBe(false);

    const settings = { ...DEFAULT_SETTINGS, staticContext: { region: 'eu' } };
    const written = await flags.writeSettings(scope, settings, { ...BY_TESTER, ifRevision: mine.version });
    expect(written.version).toBe(mine.version + 1);
    const after = await flags.readPublished(scope);
    expect(after).toMatchObject({ version: written.version, settings });
    expect(Buffer.from(mine.ticketSecret).equals(after.ticketSecret)).toBe(true);
    await expect(
      flags.writeSettings(scope, settings, { ...BY_TESTER, ifRevision: mine.version }),
    ).rejects.toMatchObject({ code: 'revisionMismatch' });
    expect((await flags.readPublished(other)).settings).toEqual(DEFAULT_SETTINGS);
  });

  it('returns a definition exactly as it was written, order of keys included', async () => {
    const { flags } = get();
    const scope = await aScope(get());
    const definition = {
      state: 'ENABLED',
      variants: { z: { b: 1e-7, a: 'ünï "quoted" \\ 😀' }, a: { nested: [null, -0.5] } },
      defaultVariant: null,
      targeting: { if: [{ '==': [{ var: 'email' }, "o'hara@example.com"] }, 'z', 'a'] },
    } as const;
    const written = await flags.writeFlag(scope, 'strange', definition, BY_TESTER);
    expect(written).toEqual({ key: 'strange', definition, revision: 1 });
    const read = await flags.readFlag(scope, 'strange');
    expect(JSON.stringify(read?.definition)).toBe(JSON.stringify(definition));
    const { flagSet } = await flags.readPublished(scope);
    expect(JSON.stringify(flagSet.flags['strange'])).toBe(JSON.stringify(definition));
  });

  it('raises revision and version by one and records the change with every write of a flag', async () => {
    const { flags } = get();
    const scope = await aScope(get());
    const disabled = { ...aFlag, state: 'DISABLED' } as const;
    expect(await flags.writeFlag(scope, 'checkout', disabled, { actor: 'key-7', ifRevision: 1 })).toEqual({
      key: 'checkout',
      definition: disabled,
      revision: 2,
    });
    expect(await flags.readPublished(scope)).toMatchObject({
      version: 2,
      flagSet: { flags: { checkout: disabled } },
    });
    const [change] = await flags.listChanges(scope, { limit: 1 });
    expect(change).toEqual({
      version: 2,
      kind: 'flag',
      subject: 'checkout',
      payload: { revision: 2, definition: disabled, reason: null },
      actor: 'key-7',
      atMs: expect.any(Number),
    });
    expect(Math.abs(change!.atMs - Date.now())).toBeLessThan(10_000);
  });

  it.each([
    { what: 'a new flag that exists', key: 'checkout', ifRevision: 0 },
    { what: 'a revision that is over', key: 'checkout', ifRevision: 7 },
    { what: 'a revision of a flag that does not exist', key: 'missing', ifRevision: 1 },
  ])('refuses to write $what, and changes nothing', async ({ key, ifRevision }) => {
    const { flags } = get();
    const scope = await aScope(get());
    const before = await flags.readPublished(scope);
    const write = flags.writeFlag(scope, key, { ...aFlag, state: 'DISABLED' }, { ...BY_TESTER, ifRevision });
    await expect(write).rejects.toMatchObject({ code: 'revisionMismatch', detail: expect.stringContaining(key) });
    expect(await flags.readPublished(scope)).toEqual(before);
  });

  it('lets one of two writers create a flag that must be new', async () => {
    const { flags } = get();
    const scope = await aScope(get());
    const create = () => flags.writeFlag(scope, 'fresh', aFlag, { ...BY_TESTER, ifRevision: 0 });
    const outcomes = await Promise.allSettled([create(), create(), create(), create()]);
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    expect(await flags.readFlag(scope, 'fresh')).toMatchObject({ revision: 1 });
  });

  it('pages through flags in byte order, the same on every server', async () => {
    const { flags } = get();
    const scope = await aScope(get());
    for (const key of ['ä', 'b', 'B', 'a-1', 'a.1']) await flags.writeFlag(scope, key, aFlag, BY_TESTER);
    const first = await flags.listFlags(scope, { limit: 3 });
    const rest = await flags.listFlags(scope, { limit: 10, after: 'a.1' });
    expect([...first, ...rest].map((flag) => flag.key)).toEqual(['B', 'a-1', 'a.1', 'b', 'checkout', 'ä']);
  });

  it('publishes shared rules, whose revision is the version of the environment', async () => {
    const { flags } = get();
    const scope = await aScope(get());
    const evaluators = { staff: { ends_with: [{ var: 'email' }, '@example.com'] } };
    expect(await flags.writeEvaluators(scope, evaluators, { ...BY_TESTER, ifRevision: 1 })).toEqual({
      epoch: 1,
      version: 2,
    });
    expect((await flags.readPublished(scope)).flagSet.$evaluators).toEqual(evaluators);
    const stale = flags.writeEvaluators(scope, {}, { ...BY_TESTER, ifRevision: 1 });
    await expect(stale).rejects.toMatchObject({ code: 'revisionMismatch' });
    await flags.writeEvaluators(scope, {}, BY_TESTER);
    expect((await flags.readPublished(scope)).flagSet).toEqual({ flags: { checkout: aFlag } });
  });

  it('lists changes newest first, in pages, of one subject when asked', async () => {
    const { flags } = get();
    const scope = await aScope(get());
    await flags.writeFlag(scope, 'banner', aFlag, BY_TESTER);
    await flags.writeFlag(scope, 'checkout', aFlag, BY_TESTER);
    const versions = async (options: { limit: number; before?: number; subject?: string }) =>
      (await flags.listChanges(scope, options)).map((change) => change.version);
    expect(await versions({ limit: 2 })).toEqual([3, 2]);
    expect(await versions({ limit: 2, before: 2 })).toEqual([1]);
    expect(await versions({ limit: 9, subject: 'checkout' })).toEqual([3, 1]);
    expect(await versions({ limit: 9, subject: 'checkout', before: 3 })).toEqual([1]);
  });

  it('numbers versions without gaps under concurrent writers, one change for each', async () => {
    const { flags, rollouts } = get();
    const scope = await aScope(get());
    const writer = async (n: number) => {
      const flag = `flag-${n}`;
      const rollout = `rollout-${n}`;
      await flags.writeFlag(scope, flag, aFlag, BY_TESTER);
      await rollouts.createRollout(scope, aRolloutDefinition({ rollout, flag }), BY_TESTER);
      for (const move of [START, PAUSE, n % 2 === 0 ? COMPLETE : ROLL_BACK]) {
        await rollouts.moveRollout(scope, rollout, move);
        await flags.writeFlag(scope, 'checkout', aFlag, BY_TESTER);
      }
      await flags.writeEvaluators(scope, { [flag]: true }, BY_TESTER);
    };
    await Promise.all(Array.from({ length: 8 }, (_, n) => writer(n)));
    const changes = await flags.listChanges(scope, { limit: 1_000 });
    const versions = changes.map((change) => change.version);
    expect(versions).toEqual(Array.from({ length: 1 + 8 * 9 }, (_, n) => 73 - n));
    expect((await flags.readPublished(scope)).version).toBe(73);
    expect(await flags.readFlag(scope, 'checkout')).toMatchObject({ revision: 1 + 8 * 3 });
  });

  describe('to somebody who holds an older state, a reading', () => followingContract(get));
}
