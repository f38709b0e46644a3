import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { PostgresModelRegistry } from '../../storage/postgres-model-registry.ts';
import { PostgresShadowScoreStore } from '../../storage/postgres-shadow-score-store.ts';
import { sql } from '../../storage/statement.ts';
import { type OpenDatabase, openEmbedded, openPostgres } from './databases.ts';
import { aModel, FOR_TESTING } from './learning-builders.ts';

const SCOPE = { tenant: 'acme', environment: 'production' };

describe.each([
  ['embedded', openEmbedded],
  ['PostgreSQL', () => openPostgres(inject('postgresUrl'))],
])('%s', (_name, open) => {
  let opened: OpenDatabase;

  beforeAll(async () => {
    opened = await open();
  });

  afterAll(() => opened.close());

  it('refuses an artefact that was changed, cut short or replaced by something that is no JSON', async () => {
    const models = new PostgresModelRegistry(opened.database);
    for (const change of [`replace(artefact, '0.1', '0.2')`, `left(artefact, 9)`, `'no JSON'`, `''`]) {
      const { modelId } = await models.register(SCOPE.tenant, aModel(), '');
      const text = `update model set artefact = ${change} where model_id = '${modelId}'`;
      await opened.database.query({ text, values: [] });
      await expect(models.readArtefact(SCOPE, modelId)).rejects.toMatchObject({ code: 'modelCorrupt' });
      await expect(models.promote(SCOPE, modelId, FOR_TESTING)).rejects.toMatchObject({ code: 'modelCorrupt' });
      expect(await models.read(SCOPE, modelId)).toMatchObject({ state: 'candidate' });
    }
  });

  it('demotes to no model rather than to one that cannot be read any more', async () => {
    const models = new PostgresModelRegistry(opened.database);
    const [a, b] = [
      await models.register(SCOPE.tenant, aModel({ kind: 'prior' }), ''),
      await models.register(SCOPE.tenant, aModel({ kind: 'prior' }), ''),
    ];
    for (const { modelId } of [a, b]) await models.promote(SCOPE, modelId, FOR_TESTING);
    await opened.database.query(sql`update model set artefact = '{}' where model_id = ${a.modelId}`);
    expect(await models.demote(SCOPE, b.modelId, FOR_TESTING)).toMatchObject({ modelId: null, previousId: b.modelId });
    expect(await models.readChampion(SCOPE, 'prior')).toBeUndefined();
  });

  it('lets nobody change or delete a move of champions', async () => {
    await expect(opened.database.query(sql`update champion_move set actor = 'somebody'`)).rejects.toThrow(
      'champion_move is append-only',
    );
    await expect(opened.database.query(sql`delete from champion_move`)).rejects.toThrow('append-only');
  });

  it('deletes old shadow scores in batches until none is left', async () => {
    const scores = Array.from({ length: 2_500 }, (_, n) => n).map((windowEndMs) => ({
      ...{ rollout: 'new-checkout', generation: 1, windowEndMs, modelId: 'm' },
      ...{ score: 0, threshold: null, action: 'none' },
    }));
    const kept = new PostgresShadowScoreStore(opened.database);
    await kept.append(SCOPE, scores);
    expect(await kept.maintain()).toBe(0);
    const forgetful = new PostgresShadowScoreStore(opened.database, -60_000);
    expect([await forgetful.maintain(), await forgetful.maintain(), await forgetful.maintain()]).toEqual([
      2_000, 500, 0,
    ]);
    expect(await kept.list(SCOPE, 'm', { limit: 9 })).toEqual([]);
  });
});
