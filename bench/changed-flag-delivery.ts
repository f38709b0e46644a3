import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { FlagdCore } from '@openfeature/flagd-core';
import { evaluate } from '../evaluator/index.ts';
import { systemClock } from '../provider/ports.ts';
import { SnapshotKeeper } from '../provider/snapshot/snapshot-keeper.ts';
import { PublishedEnvironment } from '../server/published-environment.ts';
import { SnapshotPublisher } from '../server/snapshot-publisher.ts';
import { openEmbeddedStorage } from '../storage/index.ts';
import { aFlag, quantile } from './delivery-flags.ts';

// What one changed flag costs on both sides, beside what it would cost without deltas and what flagd-core's reload costs:
// all in the same process, one after the other. CPU time is that of the process; the database works in a thread of it.
const FLAG_COUNT = Number(process.argv[2] ?? 10_000);
const ROUNDS = 15;
const CHANGES = 100;
const WARM_UP_CHANGES = 20;
const CHANGED = 7;
const RATIO_TARGET = 50;
const STALL_TARGET_MS = 20;
const UNTIL_SEEN = 'changes read → published → delta event → compiled → evaluated';
const RELOAD = 'flagd-core reloads its whole file';
const scope = { tenant: 'bench', environment: 'production' };
const user = { targetingKey: 'user-1', country: 'de', plan: 'pro', version: '3.0.0' };

interface Cost {
  readonly cpuMs: number;
  /** Longest time that nothing else could run. */
  readonly stallMs: number;
}

const directory = await mkdtemp(join(tmpdir(), 'rampwright-bench-'));
const storage = await openEmbeddedStorage({ directory, onError: console.error });
const write = (index: number, on: number) =>
  storage.flags.writeFlag(scope, `flag-${index}`, aFlag(index, on), { actor: 'bench' });
await storage.flags.createEnvironment(scope);
for (let index = 0; index < FLAG_COUNT; index += 1) await write(index, 50);

const publisher = new SnapshotPublisher(storage.flags);
const first = await publisher.require(scope);
void first.compiled;
const costs: Record<string, Cost[]> = {};
// First, while nothing else has left garbage behind that a collection would have to clear away.
for (let change = 0; change < WARM_UP_CHANGES + CHANGES; change += 1) {
  const isOn = change % 2 === 0;
  await write(CHANGED, isOn ? 100 : 0);
  await measured(UNTIL_SEEN, async () => {
    const { snapshot } = publisher.current(scope)!;
    const newest = await publisher.refresh(scope);
    newest.deltaEventSince(snapshot.version);
    expectServed(evaluate(newest.compiled, `flag-${CHANGED}`, user, 0).value, isOn);
  });
}
costs[UNTIL_SEEN]!.splice(0, WARM_UP_CHANGES);

const [byDelta, bySnapshot] = [aKeeper(), aKeeper()];
const flagd = new FlagdCore(undefined, { debug() {}, info() {}, warn() {}, error() {} });
const bytes = { delta: 0, snapshot: 0 };
for (let round = 0; round < ROUNDS; round += 1) {
  await write(CHANGED, 100);
  await publisher.refresh(scope);
  const before = publisher.current(scope)!;
  for (const keeper of [byDelta, bySnapshot]) keeper.offer(before.json);
  await write(CHANGED, 0);
  await measured('changes read', () => storage.flags.readPublished(scope, before.state));
  const state = await measured('everything read', () => storage.flags.readPublished(scope));
  const published = await measured('changes read → published → delta event', async () => {
    const newest = await publisher.refresh(scope);
    newest.deltaEventSince(before.snapshot.version);
    return newest;
  });
  await measured('compiled for evaluations over HTTP', () => published.compiled);
  await measured('published → delta event, from everything', () => {
    const after = new PublishedEnvironment(scope, state, before);
    return after.deltaEventSince(before.snapshot.version);
  });
  await measured('the same without the version before', () => new PublishedEnvironment(scope, state).snapshotEvent);
  const delta = dataOf(published.deltaEventSince(before.snapshot.version)!);
  await measured('reader: delta → applied', () => expectHeld(byDelta.offerDelta(delta)));
  await measured('reader: whole snapshot → applied', () => expectHeld(bySnapshot.offer(published.json)));
  verify(published);
  const file = JSON.stringify(published.snapshot.flagSet);
  await measured(RELOAD, () => {
    flagd.setConfigurations(file);
    expectServed(flagd.resolveBooleanEvaluation(`flag-${CHANGED}`, true, user as never).value, false);
  });
  Object.assign(bytes, { delta: delta.length, snapshot: published.json.length });
}
console.log(`one flag changed among ${FLAG_COUNT}: delta ${bytes.delta} bytes, snapshot ${bytes.snapshot} bytes`);
console.log('median / least / 90th percentile / most');
for (const [what, each] of Object.entries(costs)) {
  const show = (values: readonly number[]) =>
    `${[0.5, 0, 0.9, 1].map((share) => quantile(values, share).toFixed(1)).join(' / ')} ms`;
  console.log(`  ${what}: CPU ${show(cpuOf(each))}, longest stall ${show(each.map(({ stallMs }) => stallMs))}`);
}
const ratio = quantile(cpuOf(costs[RELOAD]!), 0.5) / quantile(cpuOf(costs[UNTIL_SEEN]!), 0.5);
console.log(
  `ratio to flagd-core ${ratio.toFixed(0)}, target ${RATIO_TARGET}; target for a stall ${STALL_TARGET_MS} ms`,
);
await storage.close();
await rm(directory, { recursive: true });

function aKeeper(): SnapshotKeeper {
  const fail = (error: Error) => {
    throw error;
  };
  return new SnapshotKeeper(systemClock, fail, () => {});
}

async function measured<T>(what: string, work: () => T | Promise<T>): Promise<T> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await new Promise((resolve) => setTimeout(resolve, 20));
  delay.reset();
  // The first interval after a reset is not recorded.
  await new Promise((resolve) => setTimeout(resolve, 5));
  const start = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(start);
  await new Promise((resolve) => setTimeout(resolve, 20));
  delay.disable();
  costs[what] ??= [];
  costs[what].push({ cpuMs: (user + system) / 1000, stallMs: delay.max / 1e6 });
  return result;
}

function dataOf(event: Buffer): string {
  return /^data: (.*)$/m.exec(event.toString())![1]!;
}

function cpuOf(each: readonly Cost[]): readonly number[] {
  return each.map(({ cpuMs }) => cpuMs);
}

function expectServed(value: unknown, expected: boolean): void {
  if (value !== expected) throw new Error(`the flag serves ${String(value)}`);
}

function expectHeld(outcome: string): void {
  if (outcome !== 'held') throw new Error(`the reader answers "${outcome}"`);
}

/** Both readers hold exactly what is published. */
function verify({ snapshot }: PublishedEnvironment): void {
  for (const keeper of [byDelta, bySnapshot]) {
    if (!keeper.holds(snapshot)) throw new Error('a reader holds something else than what is published');
  }
}
