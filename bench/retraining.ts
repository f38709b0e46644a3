import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { TrainingRun } from '../domain/index.ts';
import { newToken } from '../server/index.ts';
import { openPostgresStorage } from '../storage/index.ts';
import { ServerProcess } from '../test/integration/server-process.ts';
import { aFlag, aRollout } from '../test/server/builders.ts';
import { createDatabase, startPostgres } from '../test/services/postgres.ts';
import { besideBusyProcess } from './retraining/busy-process.ts';
import { type Latencies, measureLatencies, pooled, quantileMs } from './retraining/latencies.ts';
import { type ResidentMemory, residentMiB } from './retraining/resident-memory.ts';
import { storeLoggedRollouts } from './retraining/store-logged-rollouts.ts';

// A whole training run on logged rollouts: how long it takes, how much memory, and whether anything waits for it.
//   node scripts/prepare.mjs && node --import tsx bench/retraining.ts [--runs 1] [--control] [--rollouts 1000] [--minutes 20] [--idle 60]
// Several runs take turns with idle minutes. With --control a process that has nothing to do with the server keeps a
// processor busy for as long once more: what is slower beside that would be so wherever the training was.
const { values } = parseArgs({
  options: {
    rollouts: { type: 'string', default: '1000' },
    minutes: { type: 'string', default: '20' },
    idle: { type: 'string', default: '60' },
    runs: { type: 'string', default: '1' },
    control: { type: 'boolean', default: false },
  },
});
const SCOPE = { tenant: 'default', environment: 'production' };
const PRODUCTION = '/api/v1/environments/production';
const WINDOW_MS = 10_000;
const EVALUATIONS_PER_SECOND = 100;
const DECISIONS_PER_SECOND = 20;
const LOOK_MS = 250;
/** It reads a few hundred small files, which nobody should wait for often. */
const MEMORY_LOOK_MS = 1_000;
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

  const stretches: Stretch[] = [];
  const pause = () => sleep(1_000 * Number(values.idle), '');
  const measure = async (what: Stretch['what'], task: () => Promise<string>) => {
    const stretch = await during(what, task);
    stretches.push(stretch);
    console.log(`${what}: ${shown([stretch])}`);
  };
  await measure('idle', pause);
  for (let run = 0; run < Number(values.runs); run += 1) {
    await measure('training', train);
    await measure('idle', pause);
    if (!values.control) continue;
    await measure('busy', () => besideBusyProcess(pause));
    await measure('idle', pause);
  }
  const of = (what: Stretch['what']) => stretches.filter((stretch) => stretch.what === what);
  for (const what of ['idle', 'training', 'busy'] as const) {
    if (of(what).length === 0) continue;
    console.log(`all ${what}: ${shown(of(what))}`);
    for (const asked of ['evaluation', 'decision'] as const) {
      const idleMs = p99Ms(of('idle'), asked);
      if (what !== 'idle') console.log(`  ${asked}: p99 × ${(p99Ms(of(what), asked) / idleMs).toFixed(2)} of idle`);
    }
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

/** What was measured while something went on. */
interface Stretch {
  readonly what: 'idle' | 'training' | 'busy';
  /** What came of it, in words. */
  readonly result: string;
  readonly evaluation: Latencies;
  readonly decision: Latencies;
  /** The most that there was at any time. */
  readonly memory: ResidentMemory;
}

/** Evaluates and decides at a steady rate while something goes on. */
async function during(what: Stretch['what'], task: () => Promise<string>): Promise<Stretch> {
  const evaluation = measureLatencies(
    () =>
      isAnswered('POST', '/ofrep/v1/evaluate/flags/checkout', { context: { targetingKey: 'somebody' } }, evaluateKey),
    EVALUATIONS_PER_SECOND,
  );
  const decision = measureLatencies(() => isAnswered('GET', `${PRODUCTION}/rollouts/watched`), DECISIONS_PER_SECOND);
  let memory: ResidentMemory = { own: 0, children: 0 };
  const look = setInterval(() => {
    const { own, children } = residentMiB(server.pid!);
    memory = { own: Math.max(memory.own, own), children: Math.max(memory.children, children) };
  }, MEMORY_LOOK_MS);
  const result = await task();
  clearInterval(look);
  return { what, result, evaluation: await evaluation.stop(), decision: await decision.stop(), memory };
}

async function train(): Promise<string> {
  const startedMs = performance.now();
  const { runId } = (await call('POST', `${PRODUCTION}/training-runs`, { kind: 'risk' })) as unknown as TrainingRun;
  const { state, result, failure } = await followed(runId);
  const seconds = (performance.now() - startedMs) / 1_000;
  return `${state} after ${seconds.toFixed(1)} s: ${failure ?? JSON.stringify(result).slice(0, 120)}`;
}

async function followed(runId: string): Promise<TrainingRun> {
  for (;;) {
    const run = (await call('GET', `${PRODUCTION}/training-runs/${runId}`)) as unknown as TrainingRun;
    if (run.state !== 'queued' && run.state !== 'running') return run;
    await sleep(LOOK_MS);
  }
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

function p99Ms(stretches: readonly Stretch[], asked: 'evaluation' | 'decision'): number {
  return quantileMs(pooled(stretches.map((stretch) => stretch[asked])), 0.99);
}

function shown(stretches: readonly Stretch[]): string {
  const figures = (['evaluation', 'decision'] as const).map((asked) => {
    const latencies = pooled(stretches.map((stretch) => stretch[asked]));
    const [median, p99, longest] = [0.5, 0.99, 1].map((share) => quantileMs(latencies, share).toFixed(1));
    const { timesMs, failed } = latencies;
    return `${asked} ${timesMs.length} (${failed} failed), median ${median} ms, p99 ${p99} ms, longest ${longest} ms`;
  });
  const most = (of: keyof ResidentMemory) => Math.max(...stretches.map(({ memory }) => memory[of]));
  const memory = `at most ${most('own')} MiB, and ${most('children')} MiB in processes of its own`;
  return [...figures, memory, ...stretches.map(({ result }) => result).filter(Boolean)].join('; ');
}
