import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { NO_MODELS, type Observation } from '../../controller/index.ts';
import type { DecisionRecord, LearningStorage } from '../../domain/index.ts';
import { checkRampPolicy, emptyRampPolicy } from '../../models/index.ts';
import { decisionModels } from '../../server/training/decision-models.ts';
import { createTrainingRunner } from '../../server/training/training-runner.ts';
import { readRampInUse } from '../../server/training/watch-models.ts';
import { PACED } from '../../simulation/index.ts';
import { openPostgresStorage } from '../../storage/index.ts';
import { recordedRun } from '../controller/replay/recorded-run.ts';
import { createDatabase } from '../services/postgres.ts';
import { aFlag, aRolloutDefinition, BY_TESTER } from '../storage/builders.ts';
import { aLabel } from '../storage/learning-builders.ts';
import { runCli } from './cli-process.ts';
import { startTestServer, type TestServer } from './running-server.ts';

const SCOPE = { tenant: 'default', environment: 'production' };

/** Far enough for every label. */
const CUT_OFF_MS = Date.UTC(2100, 0, 1);

let server: TestServer;
let database: Awaited<ReturnType<typeof createDatabase>>;
let storage: LearningStorage;

beforeAll(async () => {
  database = await createDatabase(inject('postgresUrl'));
  const configuration = { databaseUrl: database.url, dataDirectory: '' };
  server = await startTestServer(configuration, {
    // Two worlds instead of all.
    trainingRunner: (own) => createTrainingRunner(own, configuration, { rampWorldLimit: 2, isUrgent: true }),
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

/** Stores a rollout that explored, as the real `decide` recorded it in a simulated world; its decisions took effect. */
async function storeExplored(rollout: string, scenario: string, verdict: 'healthy' | 'regressed'): Promise<void> {
  const artefact = emptyRampPolicy('uniform', 'thompson', 1);
  const models = { ...NO_MODELS, ramp: { id: 'uniform', hash: 'u', fittedAtMs: null, artefact } };
  const records = recordedRun(scenario, 10_001, { settings: { ...PACED, rampPolicy: 'learned' }, models });
  const move = { ...BY_TESTER, fromPhases: ['draft', 'running'] } as const;
  const definition = aRolloutDefinition({ rollout, salt: rollout, rampPolicy: 'learned' });
  await storage.rollouts.createRollout(SCOPE, definition, BY_TESTER);
  await storage.rollouts.moveRollout(SCOPE, rollout, { ...move, verb: 'start', phase: 'running' });
  const isBack = records.at(-1)!.decision.action === 'rollback';
  await storage.rollouts.moveRollout(SCOPE, rollout, {
    ...move,
    verb: isBack ? 'rollback' : 'complete',
    phase: isBack ? 'rolledBack' : 'completed',
    coverage: isBack ? 0 : 100_000,
  });
  for (const record of records) {
    const { observation } = record as unknown as { readonly observation: Observation };
    const named = { ...observation.rollout, definition: { ...observation.rollout.definition, rollout } };
    const told = { ...observation, rollout: named } as unknown as DecisionRecord['observation'];
    const decisionId = `${rollout}/${record.windowEndMs}`;
    await storage.decisions.append(SCOPE, { ...record, rollout, decisionId, observation: told });
  }
  await storage.labels.append(SCOPE, aLabel({ rollout, verdict }));
}

describe('a ramp policy that learns from what it did', () => {
  it('is not trained where no rollout asks for one', async () => {
    expect(await cli('train', 'ramp')).toMatchObject({
      code: 1,
      error: expect.stringContaining('Nothing was trained. There is nothing to learn from: 0 generations'),
    });
  });

  let modelId: string;

  it('is registered after a run over recorded choices, and kept from use for reasons that are named', async () => {
    await storage.flags.writeFlag(SCOPE, 'checkout', aFlag, BY_TESTER);
    await storeExplored('quick', 'B1', 'healthy');
    await storeExplored('harmful', 'H5', 'regressed');
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query(
      `insert into decision_key (tenant, environment, rollout, generation, slot, decision_id)
       select tenant, environment, rollout, generation, window_end_ms, decision_id from decision_record
       on conflict do nothing`,
    );
    await client.end();
    const trained = await cli('train', 'ramp', '--cut-off', String(CUT_OFF_MS), '--json');
    expect(trained).toMatchObject({ code: 0, error: expect.stringContaining('playing simulated worlds') });
    const { result, dataSetHash } = JSON.parse(trained.out);
    expect(result).toMatchObject({ outcome: 'trained', verdict: 'keep', nextState: 'candidate' });
    const names = (result.reasons as readonly string[]).map((reason) => reason.split(':')[0]);
    expect(names).toEqual(expect.arrayContaining(['effectiveSampleSize', 'offPolicyCost']));
    modelId = result.modelId;
    expect(await storage.models.read(SCOPE, modelId)).toMatchObject({ kind: 'ramp', state: 'candidate', dataSetHash });
    expect(checkRampPolicy(await storage.models.readArtefact(SCOPE, modelId)).kind).toBe('usable');
    expect((await cli('models', 'show', modelId)).out).toContain('The gate says: keep.');
  });

  it('is asked once a person has put it into use, and its rollouts can be replayed with it', async () => {
    const inUse = async () => decisionModels({ risk: undefined, ramp: await readRampInUse(storage, SCOPE) }).ramp;
    expect((await inUse())?.id).toBe('ramp-shipped-3');
    await cli('models', 'promote', modelId, '--reason', 'read its card');
    expect(await inUse()).toMatchObject({
      id: modelId,
      hash: (await storage.models.read(SCOPE, modelId))!.artefactSha256,
    });
    const { out } = await cli('replay', 'quick', '--policy', 'learned', '--json');
    expect(JSON.parse(out)).toMatchObject({
      reproduction: { same: 0, missingModels: ['uniform'] },
      asked: { policy: modelId },
      replay: { stoppedBecause: null },
    });
  });

  it('leaves the pace to the schedule while its artefact is corrupt', async () => {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query('update model set artefact = replace(artefact, \'"thompson"\', \'"guess"\')');
    await client.end();
    expect(decisionModels({ risk: undefined, ramp: await readRampInUse(storage, SCOPE) }).ramp).toBeNull();
  });
});
