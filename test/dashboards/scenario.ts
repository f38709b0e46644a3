import { Client } from 'pg';
import { expect, inject } from 'vitest';
import { shippedModels } from '../../controller/index.ts';
import type { JsonObject, MetricWindows, TrainingRunner } from '../../domain/index.ts';
import { openPostgresJobQueue } from '../../jobs/index.ts';
import { RISK_FEATURES_V2 } from '../../models/index.ts';
import { CHECK_PARITY } from '../../server/training/check-parity.ts';
import { ASK } from '../../server/training/training-schedule.ts';
import { openPostgresStorage } from '../../storage/index.ts';
import { aFlag, aRollout, aRow } from '../server/builders.ts';
import { callApi, PRODUCTION, startTestServer, type TestServer } from '../server/running-server.ts';
import { storeWorld } from '../server/stored-world.ts';
import { createDatabase } from '../services/postgres.ts';
import { aModel, FOR_TESTING } from '../storage/learning-builders.ts';

const SCOPE = { tenant: 'default', environment: 'production' };
const WINDOW_MS = 10_000;
const WINDOW_COUNT = 60;
const UNITS = 1_000;
const SHARE_TOTAL = 100_000;
const DAY_MS = 86_400_000;

/** Coverage at which each rollout starts: one ramps, one does harm, and one is at its last stage and ends well. */
const COVERAGES = { sound: 10_000, harmful: 10_000, last: 50_000 } as const;

type Name = keyof typeof COVERAGES;
const NAMES = Object.keys(COVERAGES) as readonly Name[];

/** A server that has been used before. */
export interface Scenario {
  readonly server: TestServer;
  /** Starts rollouts, and lets ten minutes pass in them. */
  begin(): Promise<void>;
  /** A little more traffic, and the windows that have ended since. */
  goOn(): Promise<void>;
  close(): Promise<void>;
}

/** Learns nothing, but at once. */
const runner: TrainingRunner = { kinds: ['risk'], train: async () => ({ outcome: 'trained', verdict: 'keep' }) };

/** Starts a server with a champion in use, and rollouts that it has said something about. */
export async function startScenario(): Promise<Scenario> {
  const database = await createDatabase(inject('postgresUrl'));
  const storage = await openPostgresStorage({ databaseUrl: database.url, onError: () => {} });
  const jobs = openPostgresJobQueue({ connectionString: database.url }, { onError: () => {} });
  const close = async () => {
    await jobs.close();
    await storage.close();
    await database.drop();
  };
  const first = await startTestServer({ databaseUrl: database.url });
  await first.close();
  const artefact = shippedModels().risk!.artefact as unknown as JsonObject;
  const inputs: JsonObject = { traffic: { edges: [1, 2], counts: [10, 10, 10] } };
  const model = aModel({
    environment: SCOPE.environment,
    artefact,
    cutOffMs: Date.now() - DAY_MS,
    metrics: { inputs },
  });
  await storage.models.register(SCOPE.tenant, model, 'for testing');
  await storage.models.promote(SCOPE, model.modelId, FOR_TESTING);
  const challenger = aModel({ environment: SCOPE.environment, artefact });
  await storage.models.register(SCOPE.tenant, challenger, 'for testing');
  await storage.models.setState(SCOPE, challenger.modelId, 'shadow', 'for testing');
  const vector = RISK_FEATURES_V2.features.map(() => 0);
  const learned = [{ treatment: 'on', risk: model.modelId, probability: 0.1, vector }];
  await storeWorld(storage, SCOPE, { rollouts: 24, minutes: 2, seed: 1, isHarmful: (index) => index === 0, learned });

  const server = await startTestServer({ databaseUrl: database.url }, { trainingRunner: runner });
  const ingestKey = await server.createKey('ingest');
  const evaluateKey = await server.createKey('evaluate');
  let nextMs = Math.floor(Date.now() / WINDOW_MS - WINDOW_COUNT) * WINDOW_MS;
  let sequence = 0;
  /** Everything from `nextMs` to the newest window that is over. */
  const reportOf = async (rollouts: readonly Name[], coverageOf: (name: Name) => number) => {
    const throughMs = Math.floor(Date.now() / WINDOW_MS) * WINDOW_MS;
    for (const rollout of nextMs < throughMs ? rollouts : []) {
      const rows = [];
      for (let startMs = nextMs; startMs < throughMs; startMs += WINDOW_MS)
        rows.push(
          ...(['on', 'off'] as const).map((variant) => windowRow(rollout, variant, startMs, coverageOf(rollout))),
        );
      await send(server, ingestKey, '/api/v1/reports', { source: 'shop', epoch: 1, sequence: sequence++, rows });
    }
    nextMs = throughMs;
  };
  return {
    server,
    begin: async () => {
      await startRollouts(server);
      await letTimePass(database.url);
      await reportOf(NAMES, (name) => COVERAGES[name]);
      await jobs.add({ name: ASK, data: { ...SCOPE, isNightly: true } });
      await jobs.add({ name: CHECK_PARITY, data: SCOPE });
    },
    goOn: async () => {
      const { state } = (await server.call('GET', `${PRODUCTION}/rollouts/sound`)).body;
      await reportOf(['sound'], () => state.coverage);
      for (const path of ['flags/sound', 'flags'])
        await send(server, evaluateKey, `/ofrep/v1/evaluate/${path}`, { context: { targetingKey: 'somebody' } });
      await server.call('POST', `${PRODUCTION}/training-runs`, { kind: 'risk' });
    },
    close: async () => {
      await server.close();
      await close();
    },
  };
}

async function startRollouts(server: TestServer): Promise<void> {
  const plan = {
    windowMs: WINDOW_MS,
    attributionMs: 0,
    burnInMs: 0,
    patienceMs: 0,
    riskModel: 'hold',
    riskBudget: { metric: 'errors', badEvents: 100_000 },
    metrics: [
      { metric: 'errors' },
      { metric: 'latency' },
      { metric: 'revenue', kind: 'value', signal: 'event', role: 'guardrail', goodDirection: 'higher' },
    ],
    stages: [
      { coverage: 10_000, dwellMs: 0 },
      { coverage: 20_000, dwellMs: DAY_MS },
      { coverage: SHARE_TOTAL, dwellMs: DAY_MS },
    ],
    holdback: 0,
  };
  const lastStage = { stages: [{ coverage: COVERAGES.last, dwellMs: 0 }], holdback: COVERAGES.last, bakeMs: 0 };
  for (const rollout of NAMES) {
    await server.call('PUT', `${PRODUCTION}/flags/${rollout}`, aFlag());
    const own = rollout === 'last' ? lastStage : {};
    const created = await server.call(
      'POST',
      `${PRODUCTION}/rollouts`,
      aRollout({ rollout, flag: rollout, ...plan, ...own }),
    );
    expect(created).toMatchObject({ status: 201 });
    await server.call('POST', `${PRODUCTION}/rollouts/${rollout}/start`);
  }
}

/** The rollouts began longer ago than the windows that are reported now. */
async function letTimePass(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const agoMs = 2 * WINDOW_COUNT * WINDOW_MS;
  await client.query(
    `update rollout set started_at_ms = started_at_ms - ${agoMs}, coverage_since_ms = coverage_since_ms - ${agoMs}
      where phase = 'running'`,
  );
  await client.end();
}

async function send(server: TestServer, key: string, path: string, body: unknown): Promise<void> {
  const answer = await callApi(`${server.url}${path}`, 'POST', body, { authorization: `Bearer ${key}` });
  expect(answer).toMatchObject({ status: 200 });
}

function windowRow(rollout: Name, variant: 'on' | 'off', startMs: number, coverage: number) {
  const treated = (UNITS * coverage) / SHARE_TOTAL;
  const units = variant === 'on' ? treated : UNITS - treated;
  const isBad = rollout === 'harmful' && variant === 'on';
  const metrics: MetricWindows = {
    errors: { kind: 'rate', exposures: units, events: isBad ? units / 4 : units / 100 },
    latency: { kind: 'duration', exposures: units, bins: { '200': units / 2, '220': units / 2 } },
    revenue: { kind: 'value', exposures: units, sum: 3 * units, sumOfSquares: 10 * units },
  };
  const endMs = startMs + WINDOW_MS;
  return aRow({
    rollout,
    variant,
    startMs,
    endMs,
    coverage,
    units,
    newUnits: units,
    requests: units,
    metrics,
  });
}
