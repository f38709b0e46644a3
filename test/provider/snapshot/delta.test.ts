import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Admission,
  DEFAULT_SETTINGS,
  type FlagDefinition,
  type JsonValue,
  type PublishedState,
  type Rollout,
  SNAPSHOT_SCHEMA_VERSION,
  type SnapshotDelta,
} from '../../../domain/index.ts';
import { applyDelta } from '../../../provider/snapshot/apply-delta.ts';
import { changedFlags } from '../../../provider/snapshot/changed-flags.ts';
import { readSnapshot } from '../../../provider/snapshot/read-snapshot.ts';
import { SnapshotKeeper } from '../../../provider/snapshot/snapshot-keeper.ts';
import type { VerifiedSnapshot } from '../../../provider/snapshot/verified-snapshot.ts';
import { PublishedEnvironment } from '../../../server/published-environment.ts';
import { ManualClock } from '../manual-clock.ts';

const SCOPE = { tenant: 'acme', environment: 'production' };
const KEYS = ['a', 'b', 'c', '10', '__proto__', 'constructor', 'größe'];

type Content = Pick<PublishedState, 'flagSet' | 'rollouts' | 'settings'>;

const definition: fc.Arbitrary<FlagDefinition> = fc.constantFrom('on', 'off', '').map((defaultVariant) => ({
  state: 'ENABLED',
  variants: { on: true, off: false },
  defaultVariant,
}));
const rollout: fc.Arbitrary<Rollout> = fc
  .record({
    name: fc.constantFrom('r1', 'r2', 'r3'),
    coverage: fc.constantFrom(0, 1_000, 100_000),
    admission: fc.constantFrom(undefined, { layers: [{ through: 1_000, split: [100_000] }], withdrawn: [] }),
  })
  .map(({ name, coverage, admission }) => aRollout(name, coverage, admission));
const shared: fc.Arbitrary<Readonly<Record<string, JsonValue>>> = fc.constantFrom(
  { adult: { '>=': [{ var: 'age' }, 18] } },
  { adult: { '>=': [{ var: 'age' }, 21] } },
);
const content: fc.Arbitrary<Content> = fc
  .record({
    flags: fc.uniqueArray(fc.tuple(fc.constantFrom(...KEYS), definition), { selector: ([key]) => key }),
    rollouts: fc.uniqueArray(rollout, { selector: ({ definition: { rollout: name } }) => name }),
    $evaluators: fc.option(shared, { nil: undefined }),
    staticContext: fc.constantFrom({}, { region: 'eu' }),
  })
  .map(({ flags, rollouts, $evaluators, staticContext }) => ({
    flagSet: { flags: Object.fromEntries(flags), ...($evaluators && { $evaluators }) },
    rollouts,
    settings: { ...DEFAULT_SETTINGS, staticContext },
  }));

function aRollout(name: string, coverage: number, admission?: Admission): Rollout {
  const part = { rollout: name, flag: 'a', control: 'off', treatments: [{ variant: 'on', split: 100_000 }] };
  const rest = { bucketBy: 'targetingKey', salt: name, windowMs: 10_000, attributionMs: 0, metrics: [] };
  const state = { generation: 1, coverage, phase: 'running', ...(admission && { admission }) };
  return { definition: { ...part, ...rest }, state } as never as Rollout;
}

/** The versions of an environment with these contents, 1 and on. */
function publishAll(contents: readonly Content[], evaluatesHere = false): readonly PublishedEnvironment[] {
  const versions: PublishedEnvironment[] = [];
  for (const [index, { flagSet, rollouts, settings }] of contents.entries()) {
    const ticketSecret = new Uint8Array();
    // A copy, as it would come from the database: nothing in it is an object of the version before.
    const state = structuredClone({ epoch: 1, version: index + 1, flagSet, rollouts, settings, ticketSecret });
    const published = new PublishedEnvironment(SCOPE, state, versions.at(-1));
    if (evaluatesHere) published.compiled.flagKeys();
    versions.push(published);
  }
  return versions;
}

function hold(published: PublishedEnvironment): VerifiedSnapshot {
  const verified = readSnapshot(published.json);
  if (typeof verified === 'string') throw new Error(verified);
  return verified;
}

function deltaText(newest: PublishedEnvironment, from: number): string {
  return newest
    .deltaEventSince(from)!
    .toString()
    .match(/^data: (.*)$/m)![1]!;
}

const on: FlagDefinition = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' };
const off: FlagDefinition = { ...on, defaultVariant: 'off' };
const withFlags = (flags: Readonly<Record<string, FlagDefinition>>): Content => ({
  flagSet: { flags },
  rollouts: [],
  settings: DEFAULT_SETTINGS,
});

describe('deltas', () => {
  it('lead from every version to exactly the newest snapshot, whatever changed on the way', () => {
    fc.assert(
      fc.property(fc.array(content, { minLength: 2, maxLength: 6 }), (contents) => {
        const versions = publishAll(contents);
        const newest = versions.at(-1)!;
        for (const [index, old] of versions.slice(0, -1).entries()) {
          const outcome = applyDelta(hold(old), deltaText(newest, index + 1));
          if (outcome.kind !== 'applied') throw new Error(JSON.stringify(outcome));
          expect(outcome.verified.snapshot).toEqual(JSON.parse(newest.json));
        }
      }),
      { seed: 20_26, numRuns: 300 },
    );
  });

  it('carry only what changed', () => {
    const [, newest] = publishAll([withFlags({ a: on, b: on, c: on }), withFlags({ a: off, b: on, d: on })]);
    const { changes }: SnapshotDelta = JSON.parse(deltaText(newest!, 1));
    expect(changes).toEqual({ put: { a: off, d: on }, removed: ['c'] });
  });

  it('carry one changed rollout without the others', () => {
    const rollouts = (coverage: number) => [aRollout('r1', coverage), aRollout('r2', 1_000)];
    const contents = [1_000, 5_000].map((coverage) => ({ ...withFlags({ a: on }), rollouts: rollouts(coverage) }));
    const { changes }: SnapshotDelta = JSON.parse(deltaText(publishAll(contents)[1]!, 1));
    expect(changes).toEqual({
      rollouts: { names: ['r1', 'r2'], put: [expect.objectContaining({ rollout: 'r1', coverage: 5_000 })] },
    });
  });

  it('carry the segments of a rollout, also to a reader whose snapshot comes from a server without them', () => {
    const withSegments = (segments?: readonly string[]): Content => {
      const { definition: rest, state } = aRollout('r1', 1_000);
      const changed = { ...rest, ...(segments && { segments }) };
      return { ...withFlags({ a: on }), rollouts: [{ definition: changed, state } as Rollout] };
    };
    const [old, first, second] = publishAll([undefined, ['country'], ['country', 'plan']].map(withSegments));
    expect(old!.json).not.toContain('segments');
    for (const [version, held] of [old!, first!].entries()) {
      const outcome = applyDelta(hold(held), deltaText(second!, version + 1));
      if (outcome.kind !== 'applied') throw new Error(JSON.stringify(outcome));
      expect(outcome.verified.snapshot.rollouts).toMatchObject([{ rollout: 'r1', segments: ['country', 'plan'] }]);
      expect(changedFlags(held.snapshot, outcome.verified.snapshot)).toEqual(['a']);
    }
  });

  it('have the oldest format that says everything: plain rollouts that of readers from before layers', () => {
    const layered = { layers: [{ through: 1_000, split: [100_000] }], withdrawn: [] };
    const contents = [undefined, layered, undefined].map((admission) => ({
      ...withFlags({ a: on }),
      rollouts: [aRollout('r1', 1_000, admission)],
    }));
    const versions = publishAll(contents);
    expect(versions.map(({ snapshot }) => snapshot.schemaVersion)).toEqual([1, 2, 1]);
    expect(JSON.parse(deltaText(versions[1]!, 1)).schemaVersion).toBe(2);
  });

  it('leave everything that is unchanged the same object, on both sides', () => {
    const [before, after] = publishAll([withFlags({ a: on, b: on }), withFlags({ a: off, b: on })], true);
    expect(after!.snapshot.flagSet.flags['b']).toBe(before!.snapshot.flagSet.flags['b']);
    expect(after!.compiled.flags.get('b')).toBe(before!.compiled.flags.get('b'));
    const held = hold(before!);
    for (const text of [deltaText(after!, 1), after!.json]) {
      const outcome = text === after!.json ? readSnapshot(text, held) : applyDelta(held, text);
      const { snapshot } =
        'kind' in (outcome as object)
          ? (outcome as { verified: VerifiedSnapshot }).verified
          : (outcome as VerifiedSnapshot);
      expect(snapshot.flagSet.flags['b']).toBe(held.snapshot.flagSet.flags['b']);
      expect(changedFlags(held.snapshot, snapshot)).toEqual(['a']);
    }
  });

  it('reach 200 versions back and no further, and never across a restored backup', () => {
    const versions = publishAll(
      Array.from({ length: 203 }, (_, index) => withFlags(index % 2 ? { a: on } : { a: off })),
    );
    const newest = versions.at(-1)!;
    expect(newest.deltaEventSince(2)).toBeUndefined();
    expect(applyDelta(hold(versions[2]!), deltaText(newest, 3))).toMatchObject({ kind: 'applied' });
    const ticketSecret = new Uint8Array();
    const restored = { ...withFlags({ a: on }), epoch: 2, version: 204, ticketSecret };
    expect(new PublishedEnvironment(SCOPE, restored, newest).deltaEventSince(203)).toBeUndefined();
  });

  it('are forgotten, oldest first, when they touch more names than a history may hold', () => {
    const manyFlags = (flag: FlagDefinition) =>
      withFlags(Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`flag-${index}`, flag])));
    const newest = publishAll([on, off, on, off].map(manyFlags)).at(-1)!;
    expect(newest.deltaEventSince(1)).toBeUndefined();
    expect(newest.deltaEventSince(2)).toBeDefined();
  });
});

describe('a reader', () => {
  const [one, two, three] = publishAll([withFlags({ a: on }), withFlags({ a: off }), withFlags({ a: on, b: on })]);

  it('tells a gap from the past, and damage from both', () => {
    expect(applyDelta(hold(one!), deltaText(three!, 2))).toEqual({ kind: 'gap' });
    expect(applyDelta(hold(three!), deltaText(two!, 1))).toEqual({ kind: 'past' });
    const delta: SnapshotDelta = JSON.parse(deltaText(two!, 1));
    const outcomeOf = (change: object) => applyDelta(hold(one!), JSON.stringify({ ...delta, ...change }));
    expect(outcomeOf({ epoch: 2 })).toEqual({ kind: 'gap' });
    expect(outcomeOf({ environment: 'other' })).toEqual({ kind: 'gap' });
    for (const change of [
      { hash: 'f00' },
      { changes: {} },
      { changes: null },
      { changes: { put: [] } },
      { changes: { rollouts: { names: ['r1'], put: [] } } },
      { changes: { settings: {} } },
      { schemaVersion: SNAPSHOT_SCHEMA_VERSION + 1 },
      { schemaVersion: '1' },
      { from: 'one' },
    ]) {
      expect(outcomeOf(change), JSON.stringify(change)).toMatchObject({ kind: 'damaged' });
    }
    expect(applyDelta(hold(one!), '<html>')).toMatchObject({ kind: 'damaged' });
  });

  it('survives any delta that lost or changed a character', () => {
    const text = deltaText(three!, 1);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom('', '0', '"', '}'), (position, character) => {
        const outcome = applyDelta(hold(one!), text.slice(0, position) + character + text.slice(position + 1));
        if (outcome.kind !== 'applied') return;
        expect(outcome.verified.snapshot.flagSet).toEqual(three!.snapshot.flagSet);
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  it('compiles only the flag that a delta changed', () => {
    const keeper = new SnapshotKeeper(
      new ManualClock(),
      () => {},
      () => {},
    );
    const [before, after] = publishAll([withFlags({ a: on, b: on }), withFlags({ a: off, b: on })]);
    keeper.offer(before!.json);
    const compiled = keeper.compiled!;
    expect(keeper.offerDelta(deltaText(after!, 1))).toBe('held');
    expect(keeper.compiled!.flags.get('a')).not.toBe(compiled.flags.get('a'));
    expect(keeper.compiled!.flags.get('b')).toBe(compiled.flags.get('b'));
  });
});
