import { expect, it } from 'vitest';
import type { LearningStorage, NewModel } from '../../domain/index.ts';
import { aScope } from './builders.ts';
import { aModel, aName, FOR_TESTING } from './learning-builders.ts';

export function modelsContract(get: () => LearningStorage): void {
  it('keeps a model with its origin, and gives its artefact back number by number', async () => {
    const { models } = get();
    const scope = await aScope(get());
    const model = aModel({ environment: scope.environment });
    const { artefact, ...origin } = model;
    const record = await models.register(scope.tenant, model, 'nightly');
    const ours = { state: 'candidate', reason: 'nightly', approver: null };
    const sha256 = expect.stringMatching(/^[0-9a-f]{64}$/);
    const times = { createdAtMs: expect.any(Number), changedAtMs: record.createdAtMs };
    expect(record).toEqual({ ...origin, ...ours, ...times, artefactSha256: sha256 });
    expect(await models.read(scope, model.modelId)).toEqual(record);
    expect(await models.readArtefact(scope, model.modelId)).toEqual(artefact);
    await expect(models.register(scope.tenant, model, 'again')).rejects.toMatchObject({ code: 'modelExists' });
  });

  it('refuses an artefact that JSON would change, and one that is far too large', async () => {
    const { models } = get();
    for (const artefact of [[Number.NaN], { deep: { er: Number.POSITIVE_INFINITY } }, 'x'.repeat(17 * 1024 * 1024)]) {
      const model = aModel({ artefact });
      await expect(models.register('acme', model, '')).rejects.toMatchObject({ code: 'invalidModel' });
      expect(await models.read({ tenant: 'acme', environment: 'any' }, model.modelId)).toBeUndefined();
    }
  });

  it('shows an environment its own models and those for all, and no others', async () => {
    const { models } = get();
    const [scope, other] = [await aScope(get()), await aScope(get())];
    const kind = aName('kind');
    const register = async (changes: Partial<NewModel>) =>
      (await models.register(scope.tenant, aModel({ kind, ...changes }), '')).modelId;
    const own = await register({ environment: scope.environment });
    const all = await register({ environment: null });
    const foreign = await register({ environment: other.environment });
    expect((await models.list(scope, { limit: 9, kind })).map(({ modelId }) => modelId)).toEqual([own, all].sort());
    expect(await models.read(scope, foreign)).toBeUndefined();
    await expect(models.readArtefact(scope, foreign)).rejects.toMatchObject({ code: 'modelNotFound' });
    await expect(models.promote(scope, foreign, FOR_TESTING)).rejects.toMatchObject({ code: 'modelNotFound' });
    const page = await models.list(scope, { limit: 1, kind, after: [own, all].sort()[0]! });
    expect(page.map(({ modelId }) => modelId)).toEqual([[own, all].sort()[1]]);
    expect(await models.list(scope, { limit: 9, kind, state: 'shadow' })).toEqual([]);
    expect(await models.read({ ...scope, tenant: 'globex' }, own)).toBeUndefined();
  });

  it('moves a model through shadow and canary, but makes no champion that way and unmakes none', async () => {
    const { models } = get();
    const scope = await aScope(get());
    const { modelId } = await models.register(scope.tenant, aModel({ environment: scope.environment }), '');
    expect(await models.setState(scope, modelId, 'shadow', 'gates passed')).toMatchObject({
      state: 'shadow',
      reason: 'gates passed',
    });
    await models.promote(scope, modelId, FOR_TESTING);
    await expect(models.setState(scope, modelId, 'retired', '')).rejects.toMatchObject({ code: 'wrongModelState' });
    await expect(models.setState(scope, 'none', 'retired', '')).rejects.toMatchObject({ code: 'modelNotFound' });
  });

  it('promotes: one champion of a kind, the one before retired, every move kept', async () => {
    const { models } = get();
    const scope = await aScope(get());
    const [a, b] = await twoModels(scope);
    expect(await models.readChampion(scope, 'risk')).not.toMatchObject({ modelId: a });
    const first = await models.promote(scope, a, { ...FOR_TESTING, ifRevision: 0 });
    expect(first).toEqual({
      revision: 1,
      verb: 'promote',
      modelId: a,
      previousId: null,
      ...FOR_TESTING,
      atMs: expect.any(Number),
    });
    await expect(models.promote(scope, a, FOR_TESTING)).rejects.toMatchObject({ code: 'wrongModelState' });
    const second = await models.promote(scope, b, { ...FOR_TESTING, ifRevision: 1 });
    expect(second).toMatchObject({ revision: 2, modelId: b, previousId: a });
    expect(await models.readChampion(scope, 'risk')).toMatchObject({
      modelId: b,
      state: 'champion',
      approver: 'tester',
    });
    expect(await models.read(scope, a)).toMatchObject({ state: 'retired', reason: `replaced by ${b}` });
    expect(await models.listMoves(scope, 'risk', 9)).toEqual([second, first]);
    expect(await models.listMoves(scope, 'risk', 1)).toEqual([second]);
  });

  it('changes nothing for who has seen another champion, and lets one of many win at the same moment', async () => {
    const { models } = get();
    const scope = await aScope(get());
    const ids = [...(await twoModels(scope)), ...(await twoModels(scope))];
    const stale = models.promote(scope, ids[0]!, { ...FOR_TESTING, ifRevision: 7 });
    await expect(stale).rejects.toMatchObject({ code: 'revisionMismatch' });
    expect(await models.read(scope, ids[0]!)).toMatchObject({ state: 'candidate' });
    const tries = await Promise.allSettled(
      ids.map((id) => models.promote(scope, id, { ...FOR_TESTING, ifRevision: 0 })),
    );
    const codes = tries.map((one) => (one.status === 'rejected' ? one.reason.code : 'promoted')).sort();
    expect(codes).toEqual(['promoted', 'revisionMismatch', 'revisionMismatch', 'revisionMismatch']);
    expect(await models.listMoves(scope, 'risk', 9)).toHaveLength(1);
    const champions = (await models.list(scope, { limit: 99, state: 'champion' })).filter(({ modelId }) =>
      ids.includes(modelId),
    );
    expect(champions).toHaveLength(1);
  });

  it('demotes to the model that was replaced, step by step down to none', async () => {
    const { models } = get();
    const scope = await aScope(get());
    const [a, b] = await twoModels(scope);
    const [c] = await twoModels(scope);
    for (const id of [a, b, c]) await models.promote(scope, id, FOR_TESTING);
    const why = { actor: 'tester', reason: 'false rollbacks' };
    await expect(models.demote(scope, b, why)).rejects.toMatchObject({ code: 'wrongModelState' });
    await expect(models.demote(scope, c, { ...why, ifRevision: 2 })).rejects.toMatchObject({
      code: 'revisionMismatch',
    });
    expect(await models.demote(scope, c, { ...why, ifRevision: 3 })).toMatchObject({
      revision: 4,
      verb: 'demote',
      modelId: b,
      previousId: c,
      ...why,
    });
    expect(await models.read(scope, c)).toMatchObject({ state: 'retired', reason: 'false rollbacks' });
    expect(await models.readChampion(scope, 'risk')).toMatchObject({ modelId: b });
    expect(await models.demote(scope, b, why)).toMatchObject({ modelId: a });
    expect(await models.demote(scope, a, why)).toMatchObject({ modelId: null, previousId: a });
    expect((await models.list(scope, { limit: 99, state: 'champion' })).map(({ modelId }) => modelId)).not.toContain(a);
    expect((await models.listMoves(scope, 'risk', 9)).map(({ revision }) => revision)).toEqual([6, 5, 4, 3, 2, 1]);
  });

  it('prefers the champion of the environment to the one for all', async () => {
    const { models } = get();
    const scope = await aScope(get());
    const kind = aName('kind');
    const all = await models.register(scope.tenant, aModel({ kind }), '');
    const own = await models.register(scope.tenant, aModel({ kind, environment: scope.environment }), '');
    await models.promote(scope, all.modelId, FOR_TESTING);
    expect(await models.readChampion(scope, kind)).toMatchObject({ modelId: all.modelId });
    await models.promote(scope, own.modelId, FOR_TESTING);
    expect(await models.readChampion(scope, kind)).toMatchObject({ modelId: own.modelId });
    expect(await models.listMoves({ ...scope, environment: null }, kind, 9)).toMatchObject([{ modelId: all.modelId }]);
    await models.demote(scope, own.modelId, FOR_TESTING);
    expect(await models.readChampion(scope, kind)).toMatchObject({ modelId: all.modelId });
  });

  it('knows where a model comes from, child before parent', async () => {
    const { models } = get();
    const scope = await aScope(get());
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) {
      const parentId = ids.at(-1) ?? null;
      ids.push((await models.register(scope.tenant, aModel({ parentId }), '')).modelId);
    }
    const lineage = await models.readLineage(scope, ids[2]!);
    expect(lineage.map(({ modelId }) => modelId)).toEqual([...ids].reverse());
    expect(await models.readLineage(scope, 'none')).toEqual([]);
  });

  async function twoModels(scope: { readonly tenant: string; readonly environment: string }) {
    const register = async () =>
      (await get().models.register(scope.tenant, aModel({ environment: scope.environment }), '')).modelId;
    return [await register(), await register()] as const;
  }
}
