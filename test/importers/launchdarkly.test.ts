import { init, type LDClient, type LDContext } from '@launchdarkly/node-server-sdk';
import { TestData } from '@launchdarkly/node-server-sdk/integrations';
import { afterAll, describe, expect, it } from 'vitest';
import { importLaunchDarkly } from '../../importers/index.ts';
import { PATIENCE_MS } from '../services/patience.ts';
import { ATTRIBUTE_VALUES, flagOf, messages, servedBy, sharesOf, unusable, VERSIONS } from './support.ts';

const clients: LDClient[] = [];
afterAll(() => {
  for (const client of clients) client.close();
});

/** What can be asked of the attribute "v": operator and values. */
const CLAUSES: readonly (readonly [string, readonly unknown[]])[] = [
  ['in', ['a', 'DE', 5, true]],
  ['in', []],
  ['startsWith', ['a', 'x']],
  ['startsWith', ['']],
  ['endsWith', ['c', '.com']],
  ['contains', ['abc', 5]],
  ['contains', ['']],
  ['matches', ['^abc', 'com$']],
  ['matches', ['^a$']],
  ['lessThan', [5, 'a']],
  ['lessThanOrEqual', [5]],
  ['greaterThan', [0, 3]],
  ['greaterThanOrEqual', [0]],
];
const SEGMENTS = {
  share: { key: 'share', salt: 's', rules: [{ clauses: [], weight: 1, bucketBy: 'team' }] },
  listed: {
    key: 'listed',
    included: ['unit-1'],
    excluded: ['unit-2'],
    salt: 's',
    rules: [{ clauses: [clause('in', ['a'])] }],
  },
  contexts: {
    key: 'contexts',
    included: [],
    excluded: [],
    includedContexts: [{ contextKind: 'org', values: ['acme'] }],
    excludedContexts: [{ contextKind: 'org', values: ['evil'] }],
    salt: 's',
    rules: [{ clauses: [clause('in', ['b'])] }],
  },
  nested: {
    key: 'nested',
    included: [],
    excluded: [],
    salt: 's',
    rules: [{ clauses: [inSegment('listed'), clause('in', ['a', 'b'])] }],
  },
};

describe('clauses of LaunchDarkly', () => {
  it('hold for exactly the attributes for which its SDK says so, negated or not', async () => {
    const flags = CLAUSES.flatMap(([op, values]) =>
      [false, true].map((negate) => booleanFlag([clause(op, values, { negate })])),
    );
    await expectSameAsSdk(
      flags,
      ATTRIBUTE_VALUES.map((v) => ({ kind: 'user', key: 'unit', ...given(v) })),
    );
  });

  it('compare dates as its SDK does, for attributes in milliseconds', async () => {
    const values = ['2023-11-14T22:13:20Z', 1_800_000_000_000];
    const flags = ['before', 'after'].flatMap((op) =>
      [false, true].map((negate) => booleanFlag([clause(op, values, { negate })])),
    );
    const contexts = [
      undefined,
      1_700_000_000_000,
      1_700_000_000_001,
      1_699_999_999_999,
      1_900_000_000_000,
      true,
      [1],
    ].map((v) => ({
      kind: 'user',
      key: 'unit',
      ...given(v),
    }));
    const imported = await expectSameAsSdk(flags, contexts);
    expect(messages(imported, 'changed', flags[0]!.key)).toEqual(['JsonLogic cannot read dates.']);
  });

  it('compare versions as its SDK does', async () => {
    const flags = ['semVerEqual', 'semVerLessThan', 'semVerGreaterThan'].flatMap((op) => [
      booleanFlag([clause(op, ['1.2.3'])]),
      booleanFlag([clause(op, ['1.2'], { negate: true })]),
    ]);
    await expectSameAsSdk(
      flags,
      [...VERSIONS, '1.2', '2', 'none', true, undefined].map((v) => ({ kind: 'user', key: 'unit', ...given(v) })),
    );
  });

  it('reach keys, nested attributes, other kinds of contexts and segments', async () => {
    const flags = [
      booleanFlag([clause('in', ['unit-1'], { attribute: 'key', contextKind: 'user' })]),
      booleanFlag([clause('in', [true], { attribute: 'anonymous' })]),
      booleanFlag([clause('in', [false], { attribute: 'anonymous', contextKind: 'user' })]),
      booleanFlag([clause('in', ['Berlin'], { attribute: '/address/city', contextKind: 'user' })]),
      booleanFlag([clause('in', ['Berlin'], { attribute: '/address/city' })]),
      booleanFlag([clause('in', ['acme'], { attribute: 'key', contextKind: 'org' })]),
      booleanFlag([clause('in', ['gold'], { attribute: 'plan', contextKind: 'org', negate: true })]),
      ...['listed', 'contexts', 'nested', 'share'].flatMap((key) => [
        booleanFlag([inSegment(key)]),
        booleanFlag([inSegment(key, true)]),
      ]),
      booleanFlag([clause('in', ['a']), clause('in', ['unit-1'], { attribute: 'key' })]),
      booleanFlag([]),
    ];
    await expectSameAsSdk(flags, CONTEXTS);
  });

  it('are refused where JsonLogic cannot say them', () => {
    for (const [untranslatable, segments] of [
      [clause('matches', ['^a+$'])],
      [clause('later', ['a'])],
      [clause('constructor', ['a'])],
      [clause('before', ['yesterday'])],
      [clause('semVerEqual', ['v1'])],
      [clause('in', ['a'], { attribute: 'a.b' })],
      [clause('in', ['user'], { attribute: 'kind' })],
      [clause('in', ['a'], { attribute: '$flagd' })],
      [inSegment('absent')],
      [inSegment('big'), { big: { key: 'big', unbounded: true, generation: 1 } }],
      [inSegment('loop'), { loop: { key: 'loop', rules: [{ clauses: [inSegment('loop')] }] } }],
    ] as const) {
      const { key, ...flag } = booleanFlag([untranslatable]);
      const imported = importLaunchDarkly({ flags: { [key]: flag }, ...(segments === undefined ? {} : { segments }) });
      expect(imported.flagSet.flags, JSON.stringify(untranslatable)).toEqual({});
      expect(messages(imported, 'untranslatable', key), JSON.stringify(untranslatable)).toHaveLength(1);
    }
  });
});

describe('flags of LaunchDarkly', () => {
  it('serve targets before rules, and rules before the default rule, as its SDK does', async () => {
    const base = {
      variations: ['red', 'green', 'blue'],
      offVariation: 0,
      fallthrough: { variation: 1 },
      salt: 's',
      version: 1,
    };
    const flags = [
      { ...base, key: 'off', on: false, targets: [{ values: ['unit-1'], variation: 2 }] },
      { ...base, key: 'off-without-variation', on: false, offVariation: null },
      { ...base, key: 'default', on: true },
      {
        ...base,
        key: 'targets',
        on: true,
        targets: [
          { values: ['unit-1'], variation: 2 },
          { values: ['unit-1', 'unit-2'], variation: 0 },
        ],
        rules: [{ id: '1', clauses: [clause('in', ['a'])], variation: 2 }],
      },
      {
        ...base,
        key: 'context-targets',
        on: true,
        targets: [{ values: ['unit-1'], variation: 2 }],
        contextTargets: [
          { contextKind: 'org', values: ['acme'], variation: 0 },
          { contextKind: 'user', values: [], variation: 2 },
        ],
      },
    ];
    await expectSameAsSdk(flags, CONTEXTS);
  });

  it('divide units by weight, and agree with its SDK on those that cannot be divided', async () => {
    const flag = {
      ...rolloutFlag([
        { variation: 0, weight: 0 },
        { variation: 1, weight: 60_000 },
        { variation: 2, weight: 30_000 },
        { variation: 0, weight: 10_000 },
      ]),
      key: 'rollout',
    };
    const byOrganisation = {
      ...flag,
      key: 'by-organisation',
      fallthrough: { rollout: { ...flag.fallthrough.rollout, bucketBy: 'team' } },
    };
    const imported = await expectSameAsSdk([byOrganisation], [{ kind: 'user', key: 'unit-1' }]);
    expect(servedBy(imported.flagSet, 'by-organisation', { targetingKey: 'x' })).toBe('green');
    const shares = { red: expect.closeTo(0.1, 1.5), green: expect.closeTo(0.6, 1.5), blue: expect.closeTo(0.3, 1.5) };
    expect(sharesOf(importLaunchDarkly({ flags: { rollout: flag } }).flagSet, 'rollout')).toEqual(shares);
    expect(sharesOf(imported.flagSet, 'by-organisation', 'team', { targetingKey: 'same' })).toEqual(shares);
    expect(messages(imported, 'changed')).toEqual([
      'Units are hashed differently: shares keep their size and not their members.',
    ]);
  });

  it('let a segment take its share independently of the flag', () => {
    const segment = { key: 'half', salt: 's', rules: [{ clauses: [], weight: 50_000 }] };
    const flag = {
      ...rolloutFlag([
        { variation: 1, weight: 50_000 },
        { variation: 2, weight: 50_000 },
      ]),
      rules: [{ clauses: [inSegment('half', true)], variation: 0 }],
    };
    const { flagSet } = importLaunchDarkly({ flags: { f: flag }, segments: { half: segment } });
    expect(sharesOf(flagSet, 'f')).toEqual({
      red: expect.closeTo(0.5, 1.5),
      green: expect.closeTo(0.25, 1.5),
      blue: expect.closeTo(0.25, 1.5),
    });
  });

  it('are left out for prerequisites, wrong indices and values that flagd lacks', () => {
    const base = rolloutFlag([{ variation: 0, weight: 100_000 }]);
    for (const flag of [
      { ...base, prerequisites: [{ key: 'other', variation: 0 }] },
      { ...base, fallthrough: { variation: 7 } },
      { ...base, fallthrough: {} },
      { ...base, variations: ['red', null, 'blue'] },
      { ...base, variations: [[1], [2], [3]] },
      { ...base, variations: ['red', 2, true] },
      { ...base, variations: undefined },
      { key: 'f', variations: [true, false] },
    ]) {
      const imported = importLaunchDarkly({ flags: { f: flag } });
      expect(imported.flagSet.flags, JSON.stringify(flag)).toEqual({});
      expect(messages(imported, 'untranslatable', 'f').length, JSON.stringify(flag)).toBeGreaterThan(0);
    }
  });

  it('have targets by the thousand', async () => {
    const values = Array.from({ length: 2500 }, (_, unit) => `unit-${unit}`);
    const flag = { ...booleanFlag([]), rules: [], targets: [{ values, variation: 0 }] };
    await expectSameAsSdk(
      [flag],
      ['unit-0', 'unit-999', 'unit-1000', 'unit-2499', 'unit-2500'].map((key) => ({ kind: 'user', key })),
    );
  });

  it('can be imported as disabled instead of being left out', () => {
    const flag = {
      ...rolloutFlag([{ variation: 0, weight: 100_000 }]),
      prerequisites: [{ key: 'other', variation: 0 }],
    };
    const imported = importLaunchDarkly({ flags: { f: flag } }, { untranslatable: 'disable' });
    expect(flagOf(imported, 'f')).toEqual({
      state: 'DISABLED',
      variants: { red: 'red', green: 'green', blue: 'blue' },
      defaultVariant: null,
    });
    expect(imported.findings[0]?.instead).toMatch(/disabled/);
  });

  it('keep their variations apart when two have the same name', () => {
    const variations = [
      { value: 'a', name: 'New' },
      { value: 'b', name: 'New' },
    ];
    const { variations: _, ...config } = rolloutFlag([{ variation: 1, weight: 100_000 }]);
    const imported = importLaunchDarkly({ items: [{ key: 'f', variations, environments: { production: config } }] });
    expect(flagOf(imported, 'f')).toMatchObject({ variants: { New: 'a', 'New-2': 'b' }, defaultVariant: 'New-2' });
  });

  it('are found in every form of export', () => {
    const { key: _, ...flag } = { ...rolloutFlag([{ variation: 0, weight: 100_000 }]), key: 'f' };
    const { variations, ...config } = flag;
    const rest = {
      key: 'f',
      variations: variations.map((value) => ({ value, name: value.toUpperCase() })),
      environments: { production: config },
    };
    for (const form of [
      { flags: { f: flag } },
      { path: '/', data: { flags: { f: flag } } },
      { flags: [{ key: 'f', ...flag }] },
    ]) {
      expect(flagOf(importLaunchDarkly(form), 'f').defaultVariant).toBe('red');
    }
    for (const form of [{ items: [rest] }, rest, { flags: { items: [rest] } }]) {
      expect(flagOf(importLaunchDarkly(form), 'f').defaultVariant).toBe('RED');
    }
    const two = {
      items: [{ ...rest, environments: { production: config, test: { ...config, on: false, offVariation: 2 } } }],
    };
    expect(servedBy(importLaunchDarkly(two, { environment: 'test' }).flagSet, 'f', {})).toBe('blue');
    expect(() => importLaunchDarkly(two)).toThrow(/name one environment; this export has production, test/);
    expect(() => importLaunchDarkly(two, { environment: 'staging' })).toThrow(/no environment "staging"/);
    expect(() => importLaunchDarkly({ features: [] })).toThrow(/no LaunchDarkly export/);
    expect(messages(importLaunchDarkly({ items: [{ ...rest, archived: true }] }), 'skipped')).toHaveLength(1);
  });
});

const CONTEXTS: readonly object[] = [
  ...['unit-1', 'unit-2', 'unit-3'].flatMap((key) => [
    { kind: 'user', key },
    { kind: 'user', key, v: 'a', anonymous: true },
    { kind: 'user', key, v: ['b'], address: { city: 'Berlin' } },
    { kind: 'multi', user: { key, v: 'b' }, org: { key: 'acme', plan: 'gold' } },
    { kind: 'multi', user: { key, v: 'b' }, org: { key: 'evil', plan: 'free' } },
  ]),
  { kind: 'org', key: 'acme' },
];

let flagCount = 0;

/** A flag that is true where all clauses hold. */
function booleanFlag(clauses: readonly unknown[]) {
  flagCount++;
  return {
    key: `flag-${flagCount}`,
    on: true,
    variations: [true, false],
    offVariation: 1,
    fallthrough: { variation: 1 },
    rules: [{ id: 'r', clauses, variation: 0 }],
    salt: 's',
    version: 1,
  };
}

function rolloutFlag(variations: readonly { readonly variation: number; readonly weight: number }[]) {
  return {
    on: true,
    variations: ['red', 'green', 'blue'],
    offVariation: 0,
    fallthrough: { rollout: { variations } },
    salt: 's',
    version: 1,
  };
}

function clause(op: string, values: readonly unknown[], changes: object = {}) {
  return { attribute: 'v', op, values, negate: false, ...changes };
}

function inSegment(key: string, negate = false) {
  return clause('segmentMatch', [key], { attribute: '', negate });
}

function given(v: unknown): object {
  return v === undefined ? {} : { v };
}

/** Evaluates all flags in all contexts by LaunchDarkly's SDK and, imported, by our evaluator. */
async function expectSameAsSdk(flags: readonly { readonly key: string }[], contexts: readonly object[]) {
  const imported = importLaunchDarkly({
    flags: Object.fromEntries(flags.map((flag) => [flag.key, flag])),
    segments: SEGMENTS,
  });
  expect(Object.keys(imported.flagSet.flags), JSON.stringify(imported.findings)).toHaveLength(flags.length);
  expect(unusable(imported)).toEqual([]);
  const data = new TestData();
  for (const flag of flags) await data.usePreconfiguredFlag(structuredClone(flag));
  for (const segment of Object.values(SEGMENTS))
    await data.usePreconfiguredSegment(structuredClone({ version: 1, ...segment }));
  const quiet = { error() {}, warn() {}, info() {}, debug() {} };
  const client = init('sdk-key', {
    updateProcessor: data.getFactory(),
    sendEvents: false,
    diagnosticOptOut: true,
    logger: quiet,
  });
  clients.push(client);
  await client.waitForInitialization({ timeout: PATIENCE_MS / 1_000 });
  for (const context of contexts) {
    for (const { key } of flags) {
      const theirs = await client.variation(key, context as LDContext, undefined);
      const where = `${JSON.stringify(flags.find((flag) => flag.key === key))} in ${JSON.stringify(context)}`;
      expect(servedBy(imported.flagSet, key, openFeatureContext(context)), where).toEqual(theirs ?? undefined);
    }
  }
  return imported;
}

/** The context as applications send it from now on: users at the top, other kinds under their names. */
function openFeatureContext(context: object): object {
  const { kind, ...rest } = context as { readonly kind: string } & Record<string, object>;
  if (kind === 'multi') {
    const { user, ...others } = rest;
    return { ...others, ...withTargetingKey(user ?? {}) };
  }
  return kind === 'user' ? withTargetingKey(rest) : { [kind]: rest };
}

function withTargetingKey(user: object): object {
  const { key, ...attributes } = user as { readonly key: string };
  return { targetingKey: key, ...attributes };
}
