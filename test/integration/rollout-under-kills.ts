import { createRampwrightClient, type RampwrightClient } from '@rampwright/provider';
import { expect } from 'vitest';
import { decide, type Observation, recordOf } from '../../controller/index.ts';
import type { Change, ListedDecision } from '../../domain/index.ts';
import { newToken } from '../../server/index.ts';
import { aFlag, aRollout } from '../server/builders.ts';
import { type Answer, callApi, PRODUCTION } from '../server/running-server.ts';
import { ServerProcess } from './server-process.ts';

const SECOND_MS = 1_000;
const STEP = 2_000;
const FULL_COVERAGE = 95_000;

/** Many small stages, so that the rollout is still on its way after the last kill. */
const STAGES = [...Array.from({ length: 47 }, (_, index) => (index + 1) * STEP), FULL_COVERAGE].map((coverage) => ({
  coverage,
  dwellMs: 0,
}));

/** What the experiment saw. */
export interface KillFigures {
  readonly kills: number;
  readonly evaluations: number;
  readonly acknowledgedWrites: number;
  readonly rampsSeen: number;
  readonly longestRestartMs: number;
}

/**
 * Kills the server in the middle of a rollout, again and again, while writes and evaluations go on; asserts that the
 * rollout goes on, no acknowledged write is lost, no stage is taken twice, and the provider never stops answering.
 */
export async function rolloutUnderKills(kills: number, env: Readonly<Record<string, string>>): Promise<KillFigures> {
  const adminKey = newToken(['admin']).token;
  const server = await ServerProcess.create({ RAMPWRIGHT_ADMIN_KEY: adminKey, ...env });
  const call = (method: string, path: string, body?: unknown) =>
    callApi(`${server.url}${path}`, method, body, { authorization: `Bearer ${adminKey}` });
  await server.start();
  let client: RampwrightClient | undefined;
  const stop = new AbortController();
  try {
    client = await prepare(call, server.url);
    const traffic = serveTraffic(client, stop.signal);
    const writes = writeFlags(call, stop.signal);
    let longestRestartMs = 0;
    for (let kill = 0; kill < kills; kill += 1) {
      const before = await rampCount(call);
      await expect.poll(() => rampCount(call), { interval: 50 }).toBeGreaterThan(before);
      const acknowledged = writes.newest();
      await server.kill();
      const killedMs = performance.now();
      await server.start();
      longestRestartMs = Math.max(longestRestartMs, performance.now() - killedMs);
      expect((await call('GET', `${PRODUCTION}/flags/written`)).body.definition.variants.on).toBeGreaterThanOrEqual(
        acknowledged,
      );
    }
    // A start is not enough: the rollout must move again after the last kill.
    const atEnd = await rampCount(call);
    await expect.poll(() => rampCount(call)).toBeGreaterThan(atEnd);
    stop.abort();
    const [{ evaluations }, acknowledgedWrites] = await Promise.all([traffic, writes.ended]);
    const ramps = await checkHistory(call);
    return { kills, evaluations, acknowledgedWrites, rampsSeen: ramps, longestRestartMs };
  } finally {
    stop.abort();
    await client?.close(0);
    await server.stop();
  }
}

type Call = (method: string, path: string, body?: unknown) => Promise<Answer>;

async function prepare(call: Call, url: string): Promise<RampwrightClient> {
  await call('PUT', `${PRODUCTION}/flags/thing`, aFlag());
  await call('PUT', `${PRODUCTION}/flags/written`, { state: 'ENABLED', variants: { on: 0 }, defaultVariant: 'on' });
  const hurried = {
    stages: STAGES,
    windowMs: SECOND_MS,
    attributionMs: 0,
    burnInMs: 0,
    minExposures: 1,
    nonInferiorityMargin: 10,
    bakeMs: 3_600_000,
  };
  const metrics = [{ metric: 'errors', margin: 0.9 }];
  const created = await call('POST', `${PRODUCTION}/rollouts`, aRollout({ ...hurried, metrics }));
  expect(created.status, JSON.stringify(created.body)).toBe(201);
  await call('POST', `${PRODUCTION}/rollouts/new-thing/start`);
  const { token } = (
    await call('POST', '/api/v1/keys', { name: 'app', environment: 'production', scopes: ['evaluate', 'ingest'] })
  ).body;
  const client = createRampwrightClient({ url, apiKey: token, onError: () => {} });
  await client.ready();
  return client;
}

/** Evaluates all the time; every answer must come from a snapshot, whether the server lives or not. */
async function serveTraffic(client: RampwrightClient, signal: AbortSignal): Promise<{ readonly evaluations: number }> {
  let evaluations = 0;
  while (!signal.aborted) {
    for (let unit = 0; unit < 40; unit += 1) {
      evaluations += 1;
      const targetingKey = `unit-${evaluations}`;
      const answer = client.runInScope(() => client.details('thing', 'boolean', true, { targetingKey }));
      expect(answer.errorCode).toBeUndefined();
      expect(['on', 'off']).toContain(answer.variant);
      expect(['TARGETING_MATCH', 'STALE']).toContain(answer.reason);
    }
    await pause(20);
  }
  return { evaluations };
}

/** Writes rising numbers into a flag, and remembers the newest one that the server acknowledged. */
function writeFlags(call: Call, signal: AbortSignal): { newest(): number; readonly ended: Promise<number> } {
  let newest = 0;
  const run = async () => {
    for (let value = 1; !signal.aborted; value += 1) {
      const definition = { state: 'ENABLED', variants: { on: value }, defaultVariant: 'on' };
      const answer = await call('PUT', `${PRODUCTION}/flags/written`, definition).catch(() => undefined);
      if (answer?.status === 200) newest = value;
      await pause(50);
    }
    return newest;
  };
  return { newest: () => newest, ended: run() };
}

async function rampCount(call: Call): Promise<number> {
  const { body } = await call('GET', `${PRODUCTION}/changes?subject=new-thing&limit=1000`);
  return (body.changes as Change[]).filter((change) => change.kind === 'ramp').length;
}

/** Versions without gaps, every stage once and in order, every decision sound. */
async function checkHistory(call: Call): Promise<number> {
  const versions: number[] = [];
  const coverages: number[] = [];
  for (let before: number | undefined; ; ) {
    const { changes } = (
      await call('GET', `${PRODUCTION}/changes?limit=1000${before === undefined ? '' : `&before=${before}`}`)
    ).body as { changes: Change[] };
    if (changes.length === 0) break;
    versions.push(...changes.map((change) => change.version));
    coverages.push(
      ...changes
        .filter((change) => change.kind === 'ramp')
        .map((change) => (change.payload as { coverage: number }).coverage),
    );
    before = changes.at(-1)!.version;
  }
  expect(versions).toEqual(versions.map((_, index) => versions[0]! - index));
  const rising = coverages.reverse();
  expect(rising).toEqual([...new Set(rising)].sort((a, b) => a - b));
  await checkDecisions(call);
  const { state } = (await call('GET', `${PRODUCTION}/rollouts/new-thing`)).body;
  expect(state).toMatchObject({ phase: 'running', coverage: rising.at(-1) });
  return rising.length;
}

/** One official decision per window, each of which comes out the same when it is made again from its record. */
async function checkDecisions(call: Call): Promise<void> {
  const path = `${PRODUCTION}/rollouts/new-thing/decisions?limit=500&onlyApplied=true&inputs=true`;
  const { decisions } = (await call('GET', path)).body as { decisions: ListedDecision[] };
  const windows = decisions.map((decision) => decision.windowEndMs);
  expect(new Set(windows).size).toBe(windows.length);
  for (const { wasApplied: _, ...recorded } of decisions) {
    const observation = recorded.observation as unknown as Observation;
    expect(JSON.parse(JSON.stringify(recordOf(observation, decide(observation))))).toEqual(recorded);
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
