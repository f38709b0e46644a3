import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { systemClock } from '../provider/ports.ts';
import { SnapshotKeeper } from '../provider/snapshot/snapshot-keeper.ts';
import { PublishedEnvironment } from '../server/published-environment.ts';
import { SnapshotPublisher } from '../server/snapshot-publisher.ts';
import { openEmbeddedStorage } from '../storage/index.ts';
import { aFlag, quantile } from './delivery-flags.ts';

// What one changed flag costs on both sides, beside what it would cost without deltas: the same change, the same process,
// one after the other in every round. CPU time is that of the process; the database works in a thread of it.
const FLAG_COUNT = Number(process.argv[2] ?? 10_000);
const ROUNDS = 15;
const scope = { tenant: 'bench', environment: 'production' };

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
const [byDelta, bySnapshot] = [aKeeper(), aKeeper()];
for (const keeper of [byDelta, bySnapshot]) keeper.offer(first.json);
const bytes = { delta: 0, snapshot: 0 };

const costs: Record<string, Cost[]> = {};
for (let round = 0; round < ROUNDS; round += 1) {
  await write(7, round);
  const state = await measured('readPublished alone', () => storage.flags.readPublished(scope));
  const before = publisher.current(scope)!;
  const published = await measured('readPublished → publish → delta event', async () => {
    const newest = await publisher.refresh(scope);
    newest.deltaEventSince(before.snapshot.version);
    return newest;
  });
  await measured('compiled for evaluations over HTTP', () => published.compiled);
  await measured('publish → delta event, from what was read', () => {
    const after = new PublishedEnvironment(scope, state, before);
    return after.deltaEventSince(before.snapshot.version);
  });
  await measured('the same without the version before', () => new PublishedEnvironment(scope, state).snapshotEvent);
  const delta = dataOf(published.deltaEventSince(before.snapshot.version)!);
  await measured('reader: delta → applied', () => expectHeld(byDelta.offerDelta(delta)));
  await measured('reader: whole snapshot → applied', () => expectHeld(bySnapshot.offer(published.json)));
  verify(published);
  Object.assign(bytes, { delta: delta.length, snapshot: published.json.length });
}
console.log(`one flag changed among ${FLAG_COUNT}: delta ${bytes.delta} bytes, snapshot ${bytes.snapshot} bytes`);
for (const [what, each] of Object.entries(costs)) {
  const [cpu, stall] = [each.map(({ cpuMs }) => cpuMs), each.map(({ stallMs }) => stallMs)];
  const show = (values: readonly number[]) =>
    `${quantile(values, 0.5).toFixed(0)} (least ${Math.min(...values).toFixed(0)})`;
  console.log(`  ${what}: CPU ${show(cpu)} ms, longest stall ${show(stall)} ms`);
}
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

function expectHeld(outcome: string): void {
  if (outcome !== 'held') throw new Error(`the reader answers "${outcome}"`);
}

/** Both readers hold exactly what is published. */
function verify({ snapshot }: PublishedEnvironment): void {
  for (const keeper of [byDelta, bySnapshot]) {
    if (!keeper.holds(snapshot)) throw new Error('a reader holds something else than what is published');
  }
}
