import { setTimeout as delay } from 'node:timers/promises';
import { DEFAULT_SETTINGS, type PublishedState } from '../domain/index.ts';
import { evaluate } from '../evaluator/index.ts';
import { SnapshotPublisher } from '../server/snapshot-publisher.ts';
import { aFlag } from './delivery-flags.ts';

// Memory of a publisher that holds many tenants. Run with `node --expose-gc`, so that garbage is not counted.
const TENANT_COUNT = 1_000;
const FLAGS_PER_TENANT = 100;
const CHANGES_PER_TENANT = 20;
const TARGET_BYTES = 1024 ** 3;

// V8 gives the pages of dead objects back bit by bit, while nothing else happens.
const SETTLING_MS = 3_000;
const MAX_SETTLING_ROUNDS = 10;
const MIN_FREED_BYTES = 10 * 1024 ** 2;

let version = 1;
const environments = Array.from({ length: TENANT_COUNT }, (_, index) => ({
  tenant: `tenant-${index}`,
  environment: 'production',
}));
// What the database would answer: a new copy with every reading.
const publisher = new SnapshotPublisher({
  readPublished: async ({ tenant }) => JSON.parse(JSON.stringify(aState(tenant))) as PublishedState,
  listVersions: async () => environments.map((scope) => ({ ...scope, epoch: 1, version })),
});

function aState(tenant: string): PublishedState {
  const flags = Object.fromEntries(
    Array.from({ length: FLAGS_PER_TENANT }, (_, index) => [
      `${tenant}-flag-${index}`,
      aFlag(index, index === version % FLAGS_PER_TENANT ? 49 : 50),
    ]),
  );
  return {
    epoch: 1,
    version,
    flagSet: { flags },
    rollouts: [],
    settings: DEFAULT_SETTINGS,
    ticketSecret: new Uint8Array(32),
  };
}

/** RSS and used heap without garbage: at once, and when V8 has had the time to give empty pages back. */
async function show(what: string): Promise<number> {
  const atOnce = memory();
  let settled = atOnce;
  for (let round = 0; round < MAX_SETTLING_ROUNDS; round += 1) {
    await delay(SETTLING_MS);
    const before = settled.rss;
    settled = memory();
    if (before - settled.rss < MIN_FREED_BYTES) break;
  }
  const verdict = settled.rss <= TARGET_BYTES ? 'within' : 'ABOVE';
  const target = `${verdict} ${megabytes(TARGET_BYTES)}`;
  console.log(
    `${what}: RSS ${megabytes(atOnce.rss)}, settled ${megabytes(settled.rss)} (${target}), heap ${megabytes(settled.heapUsed)}`,
  );
  return settled.heapUsed;
}

function memory(): NodeJS.MemoryUsage {
  if (globalThis.gc === undefined) throw new Error('run with node --expose-gc');
  globalThis.gc();
  return process.memoryUsage();
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(0)} MB`;
}

await show('empty');
await publisher.reconcile();
await show(`${publisher.size} tenants of ${FLAGS_PER_TENANT} flags`);
for (const scope of environments) {
  const { json, snapshotEvent } = publisher.current(scope)!;
  if (json.length > snapshotEvent.length) throw new Error(`${scope.tenant} has no snapshot`);
}
await show('each with the text of its snapshot, as after its first reader');
for (let change = 0; change < CHANGES_PER_TENANT; change += 1) {
  version += 1;
  await publisher.reconcile();
  for (const scope of environments) publisher.current(scope)!.deltaEventSince(version - 1);
}
const heapBefore = await show(`after ${CHANGES_PER_TENANT} changes of each, with deltas`);
for (const scope of environments) {
  const { value } = evaluate(publisher.current(scope)!.compiled, `${scope.tenant}-flag-3`, { targetingKey: 'a' }, 0);
  if (value !== false) throw new Error(`${scope.tenant} is not served as it should be`);
}
const heapAfter = await show(`${publisher.size} tenants, each compiled, as after its first evaluation over HTTP`);
const bytesPerFlag = (heapAfter - heapBefore) / (TENANT_COUNT * FLAGS_PER_TENANT);
console.log(`a compiled flag takes ${bytesPerFlag.toFixed(0)} bytes`);
