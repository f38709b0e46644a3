import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { DEFAULT_SETTINGS, type FlagStore, type Scope, type Storage } from '../../domain/index.ts';
import { type PublishedEnvironment, SnapshotPublisher } from '../../server/snapshot-publisher.ts';
import { openPostgresStorage } from '../../storage/index.ts';
import { createDatabase } from '../services/postgres.ts';
import { aFlag } from './builders.ts';

const BY_TESTER = { actor: 'tester' };

let storage: Storage;
let drop: () => Promise<void>;
let scopeCount = 0;

beforeAll(async () => {
  const database = await createDatabase(inject('postgresUrl'));
  drop = database.drop;
  storage = await openPostgresStorage({ databaseUrl: database.url, onError: () => {} });
});

afterAll(async () => {
  await storage.close();
  await drop();
});

/** A new environment with the flags "a" and "b". */
async function anEnvironment(): Promise<Scope> {
  const scope = { tenant: 'acme', environment: `environment-${scopeCount++}` };
  await storage.flags.createEnvironment(scope);
  for (const key of ['a', 'b']) await storage.flags.writeFlag(scope, key, aFlag(), BY_TESTER);
  return scope;
}

type Write = (flags: FlagStore, scope: Scope) => Promise<unknown>;

const write: fc.Arbitrary<Write> = fc.oneof(
  fc.tuple(fc.constantFrom('a', 'b', 'B', '10', '__proto__'), fc.constantFrom('on', 'off')).map(
    ([key, defaultVariant]): Write =>
      (flags, scope) =>
        flags.writeFlag(scope, key, aFlag({ defaultVariant }), BY_TESTER),
  ),
  fc.constantFrom({}, { adult: { '>=': [{ var: 'age' }, 18] } }).map(
    (evaluators): Write =>
      (flags, scope) =>
        flags.writeEvaluators(scope, evaluators, BY_TESTER),
  ),
  fc.constantFrom('eu', 'us').map(
    (region): Write =>
      (flags, scope) =>
        flags.writeSettings(scope, { ...DEFAULT_SETTINGS, staticContext: { region } }, BY_TESTER),
  ),
);

function deltaOf(published: PublishedEnvironment, from: number) {
  const event = published.deltaEventSince(from)!.toString();
  return JSON.parse(/^data: (.*)$/m.exec(event)![1]!);
}

it('publishes by following changes what a process that has just started publishes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(write, { minLength: 1, maxLength: 12 }), async (writes) => {
      const scope = await anEnvironment();
      const publisher = new SnapshotPublisher(storage.flags);
      await publisher.require(scope);
      for (const [index, one] of writes.entries()) {
        await one(storage.flags, scope);
        if (index % 3 === 1) continue;
        const followed = await publisher.refresh(scope);
        const fresh = await new SnapshotPublisher(storage.flags).require(scope);
        expect(followed.json).toBe(fresh.json);
        expect(followed.compiled.flagKeys()).toEqual(fresh.compiled.flagKeys());
      }
    }),
    { seed: 20_26, numRuns: 25 },
  );
});

it('lets storage read only what changed since the version that it holds', async () => {
  const scope = await anEnvironment();
  const handedIn: unknown[] = [];
  const publisher = new SnapshotPublisher({
    readPublished: (of, held) => {
      handedIn.push(held);
      return storage.flags.readPublished(of, held);
    },
    listVersions: () => storage.flags.listVersions(),
  });
  const first = await publisher.require(scope);
  await storage.flags.writeFlag(scope, 'a', aFlag({ defaultVariant: 'on' }), BY_TESTER);
  await publisher.reconcile();
  expect(publisher.current(scope)!.snapshot.version).toBe(first.snapshot.version + 1);
  expect(handedIn.filter((held) => held !== undefined)).toEqual([first.state]);
});

it('keeps the objects of all flags but the changed one, also when everything is read again', async () => {
  const scope = await anEnvironment();
  const readAll: Pick<FlagStore, 'readPublished' | 'listVersions'> = {
    readPublished: (of) => storage.flags.readPublished(of),
    listVersions: () => storage.flags.listVersions(),
  };
  const publishers = [new SnapshotPublisher(storage.flags), new SnapshotPublisher(readAll)];
  const before = await Promise.all(publishers.map((publisher) => publisher.require(scope)));
  for (const { compiled } of before) expect(compiled.flagKeys()).toEqual(['a', 'b']);
  await storage.flags.writeFlag(scope, 'a', aFlag({ defaultVariant: 'on' }), BY_TESTER);
  await storage.flags.writeFlag(scope, 'b', aFlag(), BY_TESTER);
  for (const [index, publisher] of publishers.entries()) {
    const [old, after] = [before[index]!, await publisher.refresh(scope)];
    expect(after.snapshot.flagSet.flags['a']).toEqual(aFlag({ defaultVariant: 'on' }));
    expect(after.snapshot.flagSet.flags['b']).toBe(old.snapshot.flagSet.flags['b']);
    expect(after.state.flagSet.flags).toBe(after.snapshot.flagSet.flags);
    expect(after.compiled.flags.get('b')).toBe(old.compiled.flags.get('b'));
    expect(deltaOf(after, 2)).toMatchObject({ from: 2, to: 4 });
    expect(Object.keys(deltaOf(after, 2).changes.put)).toEqual(['a']);
  }
});
