import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { LearningStorage } from '../../domain/index.ts';
import { createTrainingRunner } from '../../server/training/training-runner.ts';
import { readModelInUse } from '../../server/training/watch-models.ts';
import { openPostgresStorage } from '../../storage/index.ts';
import { createDatabase } from '../services/postgres.ts';
import { aFlag, aRollout } from './builders.ts';
import { runCli } from './cli-process.ts';
import { PRODUCTION, startTestServer, type TestServer } from './running-server.ts';
import { storeWorld } from './stored-world.ts';

const PRODUCTION_SCOPE = { tenant: 'default', environment: 'production' };

/** Far enough for every label, and always the same: the seed of a fit follows from it. */
const CUT_OFF_MS = Date.UTC(2100, 0, 1);

let server: TestServer;
let database: Awaited<ReturnType<typeof createDatabase>>;
let storage: LearningStorage;

beforeAll(async () => {
  database = await createDatabase(inject('postgresUrl'));
  const configuration = { databaseUrl: database.url, dataDirectory: '' };
  server = await startTestServer(configuration, {
    trainingRunner: (own) => createTrainingRunner(own, configuration, { isUrgent: true }),
  });
  storage = await openPostgresStorage({ databaseUrl: database.url, onError: () => {} });
});

afterAll(async () => {
  await server.close();
  await storage.close();
  await database.drop();
});

const cli = (...args: readonly string[]) =>
  runCli(args, { env: { RAMPWRIGHT_URL: server.url, RAMPWRIGHT_KEY: server.adminKey } });

describe('a server that trains', () => {
  it('says what is missing while there is nothing to learn from, and the command line fails with it', async () => {
    const { code, out, error } = await cli('train');
    expect({ code, out }).toEqual({ code: 1, out: expect.stringMatching(/^Training run .* is completed\.\n$/) });
    expect(error).toContain('Nothing was trained. There is nothing to learn from');
    expect((await server.call('GET', '/metrics')).body).toContain(
      'rampwright_training_runs_total{tenant="default",environment="production",kind="risk",outcome="refused"} 1',
    );
  });

  it('takes labels from people on the command line', async () => {
    await server.call('PUT', `${PRODUCTION}/flags/thing`, aFlag());
    await server.call('POST', `${PRODUCTION}/rollouts`, aRollout());
    const added = await cli(
      'labels',
      'add',
      'new-thing',
      'regressed',
      '--confidence',
      '0.8',
      '--note',
      'errors doubled',
    );
    expect(added).toMatchObject({ code: 0, out: 'Generation 1 of "new-thing" is labelled regressed.\n' });
    const { out } = await cli('labels', 'list', 'new-thing');
    expect(out.split('\n')[1]).toMatch(/ 1 +regressed +operator +0\.8 +key:\S+ +errors doubled$/);
    expect(await cli('labels', 'add', 'new-thing', 'healthy', '--confidence', 'much')).toMatchObject({ code: 2 });
  });

  let modelId: string;

  it('makes a model from recorded rollouts in its process', async () => {
    await storeWorld(storage, PRODUCTION_SCOPE, { rollouts: 100, minutes: 12, seed: 2 });
    const trained = await cli('train', 'risk', '--cut-off', String(CUT_OFF_MS), '--json');
    expect(trained).toMatchObject({ code: 0, error: expect.stringContaining('fitting on') });
    const { result, dataSetHash } = JSON.parse(trained.out);
    expect(result).toMatchObject({ outcome: 'trained', verdict: 'keep' });
    const { artefactSha256 } = result;
    modelId = result.modelId;
    const record = await storage.models.read(PRODUCTION_SCOPE, modelId);
    expect(record).toMatchObject({ artefactSha256, dataSetHash, state: result.nextState });
  });

  it('shows and compares models, and lets people put them into use and take them back', async () => {
    expect((await cli('models', 'list', '--kind', 'risk')).out).toContain(modelId);
    const card = (await cli('models', 'show', modelId)).out;
    expect(card).toContain(`## Gate: keep`);
    expect((await cli('models', 'compare', modelId, modelId)).out).toMatch(/averagePrecision +0\.\d+ \[0\.\d+, [01]/);
    const promoted = await cli('models', 'promote', modelId, '--reason', 'I have read its card', '--if-revision', '0');
    expect(promoted).toMatchObject({ code: 0, out: `Now ${modelId} is in use (revision 1).\n` });
    expect(await readModelInUse(storage, PRODUCTION_SCOPE)).toMatchObject({ kind: 'model', modelId, steppedOver: [] });
    const demoted = await cli('models', 'demote', modelId, '--reason', 'second thoughts');
    expect(demoted.out).toBe('Now no model is in use but what is shipped, if anything (revision 2).\n');
  });

  it('steps over a champion whose artefact is corrupt, names it, and goes on with the guardrails', async () => {
    await storage.models.promote(PRODUCTION_SCOPE, modelId, { actor: 'tester', reason: 'to break it' });
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query('update model set artefact = replace(artefact, \'"risk"\', \'"rusk"\')');
    await client.end();
    const { kind, steppedOver } = await readModelInUse(storage, PRODUCTION_SCOPE);
    expect({ kind, steppedOver }).toEqual({
      kind: 'guardrailsOnly',
      steppedOver: [expect.stringContaining('The artefact is not the one that was registered')],
    });
    expect((await server.call('POST', `${PRODUCTION}/rollouts/new-thing/start`, {})).status).toBe(200);
    const explained = await server.call('GET', `${PRODUCTION}/rollouts/new-thing/explain`);
    expect(explained.body.now).toMatchObject({ action: 'hold' });
  });
});
