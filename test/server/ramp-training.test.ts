import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type DecisionModels, NO_MODELS, type Observation } from '../../controller/index.ts';
import type { Decision, DecisionRecord, JsonValue, LearningStorage } from '../../domain/index.ts';
import { checkRampPolicy, emptyRampPolicy, type RampPolicy } from '../../models/index.ts';
import { decisionModels } from '../../server/training/decision-models.ts';
import { createTrainingRunner } from '../../server/training/training-runner.ts';
import { readRampInUse } from '../../server/training/watch-models.ts';
import { PACED } from '../../simulation/index.ts';
import { openPostgresStorage } from '../../storage/index.ts';
import { recordedRun } from '../controller/replay/recorded-run.ts';
import { createDatabase } from '../services/postgres.ts';
import { aFlag, aRolloutDefinition, BY_TESTER } from '../storage/builders.ts';
import { aLabel, aModel } from '../storage/learning-builders.ts';
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

/** A policy over actions at every stage, as the version before had them. */
const OLD_POLICY = { ...emptyRampPolicy('ramp-shipped-2'), schema: 'ramp/2' };

const rampInUse = async () => decisionModels({ risk: undefined, ramp: await readRampInUse(storage, SCOPE) }).ramp;

/** The record as the version before would have made it: a choice among actions wherever coverage was raised, and no pace. */
function recordOfBefore(record: DecisionRecord): DecisionRecord {
  const { evidence, models: _others, ...observation } = record.observation as unknown as Observation;
  const { pace: _pace, ...before } = evidence ?? { pace: undefined };
  const { coverage, ...decision } = { ...record.decision };
  const named = { id: 'ramp-of-before', hash: 'abc', fittedAtMs: null };
  const actions = [
    { action: 'hold', coverage: observation.rollout.state.coverage, propensity: 0.5 },
    { action: 'ramp', coverage, propensity: 0.5 },
  ];
  const about = {
    policy: named.id,
    hash: named.hash,
    schema: OLD_POLICY.schema,
    features: {},
    seed: 1,
    mainInputs: [],
  };
  const { choice: _choice, ...others } = decision;
  const choice = { ...about, actions, taken: 1, scheduled: 1 };
  return {
    ...record,
    observation: {
      ...observation,
      models: { ramp: named },
      evidence: evidence === null ? null : before,
    } as unknown as DecisionRecord['observation'],
    decision: { ...others, coverage, ...(decision.action === 'ramp' ? { choice } : {}) } as unknown as Decision,
  };
}

async function registerRamp(modelId: string, artefact: RampPolicy): Promise<void> {
  const model = aModel({
    modelId,
    kind: 'ramp',
    environment: 'production',
    artefact: artefact as unknown as JsonValue,
  });
  await storage.models.register(SCOPE.tenant, model, 'for testing');
}

const cli = (...args: readonly string[]) =>
  runCli(args, { env: { RAMPWRIGHT_URL: server.url, RAMPWRIGHT_KEY: server.adminKey } });

/** What the real `decide` recorded in a simulated world while it asked this policy. */
function recordsOf(scenario: string, ramp: DecisionModels['ramp']): readonly DecisionRecord[] {
  const models = { ...NO_MODELS, ...(ramp === undefined ? {} : { ramp }) };
  return recordedRun(scenario, 10_001, { settings: { ...PACED, rampPolicy: 'learned' }, models });
}

const EXPLORING = { id: 'uniform', hash: 'u', fittedAtMs: null, artefact: emptyRampPolicy('uniform', 'thompson', 1) };

/** Stores a rollout whose decisions took effect. */
async function storeRollout(
  rollout: string,
  records: readonly DecisionRecord[],
  verdict: 'healthy' | 'regressed',
): Promise<void> {
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

/** The one that was trained. */
let modelId: string;

async function recordTheirEffect(): Promise<void> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query(
    `insert into decision_key (tenant, environment, rollout, generation, slot, decision_id)
     select tenant, environment, rollout, generation, window_end_ms, decision_id from decision_record
     on conflict do nothing`,
  );
  await client.end();
}

describe('a ramp policy that learns from what it did', () => {
  it('is not trained where no rollout asks for one', async () => {
    expect(await cli('train', 'ramp')).toMatchObject({
      code: 1,
      error: expect.stringContaining('Nothing was trained. There is nothing to learn from: 0 generations'),
    });
  });

  it('is registered after a run over recorded choices, and kept from use for reasons that are named', async () => {
    await storage.flags.writeFlag(SCOPE, 'checkout', aFlag, BY_TESTER);
    await storeRollout('quick', recordsOf('B1', EXPLORING), 'healthy');
    await storeRollout('harmful', recordsOf('H5', EXPLORING), 'regressed');
    await recordTheirEffect();
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
    expect((await rampInUse())?.id).toBe('ramp-shipped-4');
    await cli('models', 'promote', modelId, '--reason', 'read its card');
    expect(await rampInUse()).toMatchObject({
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
    expect(await rampInUse()).toBeNull();
  });
});

describe('a database with a ramp policy of the version before', () => {
  it('names it beside the others, and steps over it for a reason', async () => {
    await registerRamp('ramp-of-before', OLD_POLICY);
    expect((await cli('models', 'promote', 'ramp-of-before', '--reason', 'as it was')).code).toBe(0);
    const list = await cli('models', 'list', '--kind', 'ramp');
    expect(list.out).toMatch(/^ramp-of-before +ramp +champion/m);
    expect((await cli('models', 'show', 'ramp-of-before')).out).toContain('ramp-of-before is champion: as it was');
    expect(await readRampInUse(storage, SCOPE)).toMatchObject({
      kind: 'guardrailsOnly',
      steppedOver: [
        'ramp-of-before: Not a usable ramp policy: its inputs are not those of ramp/3.',
        expect.stringContaining(modelId),
      ],
    });
  });

  let records: readonly DecisionRecord[];

  it('leaves the pace to the plan, and says so once', async () => {
    records = recordsOf('B1', await rampInUse());
    expect(records.filter(({ decision }) => decision.action === 'ramp').length).toBeGreaterThan(3);
    expect(records.filter(({ decision }) => decision.choice !== undefined)).toEqual([]);
    const reasons = records.flatMap(({ decision }) => decision.reasons);
    expect(reasons.filter(({ code }) => code === 'modelUnavailable').map(({ message }) => message)).toEqual([
      'no ramp policy is at hand: this rollout keeps the pace of its plan',
    ]);
  });

  it('tells Prometheus of what is stepped over, from the start of the server', async () => {
    const replica = await startTestServer({ databaseUrl: database.url, dataDirectory: '', adminKey: server.adminKey });
    const metrics = async () => (await replica.call('GET', '/metrics')).body as string;
    try {
      await expect
        .poll(metrics)
        .toMatch(/rampwright_models_stepped_over\{tenant="default",environment="production",kind="ramp"\} 2/);
    } finally {
      await replica.close();
    }
  });

  it('is asked what its newest usable policy says, once there is one', async () => {
    await registerRamp('ramp-of-now', emptyRampPolicy('ramp-of-now'));
    await cli('models', 'promote', 'ramp-of-now', '--reason', 'it was trained anew');
    expect(await readRampInUse(storage, SCOPE)).toMatchObject({ modelId: 'ramp-of-now', steppedOver: [] });
    expect((await rampInUse())?.id).toBe('ramp-of-now');
    await cli('models', 'demote', 'ramp-of-now', '--reason', 'as it was before');
    expect((await storage.models.readChampion(SCOPE, 'ramp'))?.modelId).toBe('ramp-of-before');
    expect(await rampInUse()).toBeNull();
  });

  it('shows the choices of its rollouts, made among other actions, and says in a replay what cannot be asked', async () => {
    await storeRollout('old', records.slice(0, 60).map(recordOfBefore), 'healthy');
    await recordTheirEffect();
    const shown = JSON.parse((await cli('rollouts', 'decisions', 'old', '--limit', '100', '--json')).out);
    const { choice } = shown.decisions.find((one: DecisionRecord) => one.decision.choice).decision;
    expect(choice).toMatchObject({ schema: 'ramp/2', actions: [{ action: 'hold' }, { action: 'ramp' }], taken: 1 });
    const replay = async (...args: readonly string[]) => cli('replay', 'old', ...args);
    const recorded = JSON.parse((await replay('--json')).out);
    expect(recorded.reproduction).toMatchObject({ same: 0, missingModels: ['ramp-of-before'] });
    expect((await replay('--policy', 'schedule', '--json')).code).toBe(0);
    expect(await replay('--policy', 'learned')).toMatchObject({
      code: 1,
      error: expect.stringContaining('Model "ramp-of-before" cannot be asked. Not a usable ramp policy'),
    });
  });
});
