import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { TrainingRun } from '../domain/index.ts';
import { newToken } from '../server/index.ts';
import { openPostgresStorage } from '../storage/index.ts';
import { ServerProcess } from '../test/integration/server-process.ts';
import { aFlag, aRollout } from '../test/server/builders.ts';
import { createDatabase, startPostgres } from '../test/services/postgres.ts';
import { type Latencies, measureLatencies } from './retraining/latencies.ts';
import { storeLoggedRollouts } from './retraining/store-logged-rollouts.ts';

// A whole training run on logged rollouts: how long it takes, how much memory, and whether anything waits for it.
//   node scripts/prepare.mjs && node --import tsx bench/retraining.ts [--rollouts 1000] [--minutes 20] [--idle 60]
const { values } = parseArgs({
  options: {
    rollouts: { type: 'string', default: '1000' },
    minutes: { type: 'string', default: '20' },
    idle: { type: 'string', default: '60' },
  },
});
const SCOPE = { tenant: 'default', environment: 'production' };
const PRODUCTION = '/api/v1/environments/production';
const WINDOW_MS = 10_000;
const EVALUATIONS_PER_SECOND = 100;
const DECISIONS_PER_SECOND = 5;
const LOOK_MS = 250;
const DAY_MS = 86_400_000;

let evaluateKey = '';
const postgres = await startPostgres();
const database = await createDatabase(postgres.url);
const adminKey = newToken(['admin']).token;
const server = await ServerProcess.create({
  DATABASE_URL: database.url,
  RAMPWRIGHT_ADMIN_KEY: adminKey,
  RAMPWRIGHT_RATE_LIMIT: '0',
});
try {
  await server.start();
  await call('PUT', `${PRODUCTION}/flags/checkout`, aFlag());
  const storage = await openPostgresStorage({ databaseUrl: database.url, onError: console.error });
  console.error(`storing ${values.rollouts} rollouts of ${values.minutes} minutes`);
  await storeLoggedRollouts(storage, SCOPE, { rollouts: Number(values.rollouts), minutes: Number(values.minutes) });
  await storage.close();
  await startWatchedRollout();
  const key = { name: 'bench', environment: 'production', scopes: ['evaluate'] };
  evaluateKey = ((await call('POST', '/api/v1/keys', key)) as { token: string }).token;

  console.error('idle');
  const before = await during(() => sleep(1_000 * Number(values.idle)));
  console.error('training');
  const startedMs = performance.now();
  const training = await during(async () => {
    const { runId } = (await call('POST', `${PRODUCTION}/training-runs`, { kind: 'risk' })) as unknown as TrainingRun;
    return followed(runId);
  });
  const seconds = (performance.now() - startedMs) / 1_000;
  console.error('idle again');
  const after = await during(() => sleep(1_000 * Number(values.idle)));

  console.log(
    `run: ${training.result.state} after ${seconds.toFixed(1)} s; ${JSON.stringify(training.result.result).slice(0, 300)}`,
  );
  console.log(
    `memory of the server, MiB: ${before.peakMiB} idle, ${training.peakMiB} at most while training, ${after.peakMiB} after`,
  );
  for (const what of ['evaluation', 'decision'] as const) {
    const [idle, again, busy] = [before[what], after[what], training[what]];
    console.log(`${what}, idle: ${shown(idle)}; idle again: ${shown(again)}`);
    console.log(
      `${what}, training: ${shown(busy)}; p99 × ${(busy.p99Ms / Math.max(idle.p99Ms, again.p99Ms)).toFixed(2)} of the slower idle, × ${(busy.p99Ms / Math.min(idle.p99Ms, again.p99Ms)).toFixed(2)} of the faster`,
    );
  }
} finally {
  await server.stop();
  await database.drop();
  await postgres.stop();
}

/** A rollout in progress with ten minutes of windows, so that each look at it decides. */
async function startWatchedRollout(): Promise<void> {
  const plan = {
    windowMs: WINDOW_MS,
    attributionMs: 0,
    riskModel: 'hold',
    stages: [
      { coverage: 10_000, dwellMs: DAY_MS },
      { coverage: 95_000, dwellMs: DAY_MS },
    ],
  };
  await call('PUT', `${PRODUCTION}/flags/watched`, aFlag());
  await call('POST', `${PRODUCTION}/rollouts`, aRollout({ rollout: 'watched', flag: 'watched', ...plan }));
  await call('POST', `${PRODUCTION}/rollouts/watched/start`, {});
}

interface Measured<Result> {
  readonly result: Result;
  readonly evaluation: Latencies;
  readonly decision: Latencies;
  readonly peakMiB: number;
}

/** Evaluates and decides at a steady rate while something goes on. */
async function during<Result>(task: () => Promise<Result>): Promise<Measured<Result>> {
  const evaluation = measureLatencies(
    () =>
      isAnswered('POST', '/ofrep/v1/evaluate/flags/checkout', { context: { targetingKey: 'somebody' } }, evaluateKey),
    EVALUATIONS_PER_SECOND,
  );
  const decision = measureLatencies(() => isAnswered('GET', `${PRODUCTION}/rollouts/watched`), DECISIONS_PER_SECOND);
  let peakMiB = 0;
  const look = setInterval(() => {
    peakMiB = Math.max(peakMiB, residentMiB());
  }, LOOK_MS);
  const result = await task();
  clearInterval(look);
  return { result, evaluation: await evaluation.stop(), decision: await decision.stop(), peakMiB };
}

async function followed(runId: string): Promise<TrainingRun> {
  for (;;) {
    const run = (await call('GET', `${PRODUCTION}/training-runs/${runId}`)) as unknown as TrainingRun;
    if (run.state !== 'queued' && run.state !== 'running') return run;
    await sleep(LOOK_MS);
  }
}

function residentMiB(): number {
  const [, kib = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kib) / 1024);
}

async function call(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
  const response = await ask(method, path, body);
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}

async function isAnswered(method: string, path: string, body?: unknown, key?: string): Promise<boolean> {
  const response = await ask(method, path, body, key);
  await response.arrayBuffer();
  return response.ok;
}

function ask(method: string, path: string, body?: unknown, key = adminKey): Promise<Response> {
  return fetch(`${server.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

function shown({ count, failed, medianMs, p99Ms, longestMs }: Latencies): string {
  return `${count} (${failed} failed), median ${medianMs.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms, longest ${longestMs.toFixed(0)} ms`;
}
