import { type FeatureDefinition, GrowthBook } from '@growthbook/growthbook';
import { describe, expect, it } from 'vitest';
import { importGrowthBook } from '../../importers/index.ts';
import { ATTRIBUTE_VALUES, flagOf, messages, servedBy, sharesOf, unusable, VERSIONS } from './support.ts';

const savedGroups = {
  values: ['a', 5],
  list: { type: 'list' as const, attributeKey: 'v', values: ['a', 5] },
  condition: { type: 'condition' as const, condition: { v: { $in: ['a', 'b'] } } },
  loop: { type: 'condition' as const, condition: { $savedGroup: { id: 'loop' } } },
  nested: { type: 'condition' as const, condition: { $savedGroup: { id: 'condition' }, v: 'a' } },
};

/** What can be asked of the attribute "v". */
const TESTS: readonly unknown[] = [
  ...['a', '', 'null', '5', 'true', 5, 0, 1, true, false, null],
  ...[{ $eq: 'a' }, { $eq: 5 }, { $eq: null }, { $ne: 'a' }, { $ne: null }],
  ...[{ $lt: 5 }, { $lte: 5 }, { $gt: 0 }, { $gte: 0 }, { $lt: 'b' }, { $gt: 'b' }, { $gte: 1, $lt: 6 }],
  ...[{ $exists: true }, { $exists: false }, { $in: ['a', 'DE', 5, null] }, { $nin: ['a', 5] }, { $in: [] }],
  ...[{ $inGroup: 'values' }, { $notInGroup: 'values' }, { $inGroup: 'list' }, { $not: { $in: ['a'] } }, { $not: 'a' }],
  ...[{ $all: ['a'] }, { $all: ['a', 'b'] }, { $all: [{ $gt: 4 }] }],
  ...[{ $elemMatch: { $eq: 'a' } }, { $elemMatch: { x: 'a' } }, { $elemMatch: { $gt: 4 } }, { $elemMatch: { $lt: 4 } }],
  ...[{ $regex: '^abc' }, { $regex: 'abc$' }, { $regex: 'abc' }, { $regex: '^abc$' }, { $regex: '.*abc.*' }],
  ...[{ $regex: '@example\\.com$' }, { $regex: 'a\\.b' }, { $regex: 'u' }],
];
const CONDITIONS: readonly unknown[] = [
  ...TESTS.map((test) => ({ v: test })),
  ...[
    { $or: [] },
    { $and: [] },
    { $nor: [] },
    { $or: [{ v: 'a' }, { v: 5 }] },
    { $nor: [{ v: 'a' }] },
    { $not: { v: 'a' } },
  ],
  ...[{ $savedGroup: { id: 'list' } }, { $savedGroup: { id: 'list', attributeKey: 'w' } }],
  ...[{ $savedGroup: { id: 'condition' } }, { $savedGroup: { id: 'nested' } }],
  ...[{ 'v.x': 1 }, { v: 'a', w: { $exists: false } }],
];
const VERSION_TESTS = ['$veq', '$vne', '$vlt', '$vlte', '$vgt', '$vgte'].map((operator) => ({
  v: { [operator]: '1.2.3' },
}));

describe('conditions of GrowthBook', () => {
  it('hold for exactly the attributes for which its SDK says so', () => {
    expectSameAsSdk(CONDITIONS, ATTRIBUTE_VALUES);
  });

  it('compare versions as its SDK does, an absent one counting as 0', () => {
    expectSameAsSdk(VERSION_TESTS, [...VERSIONS, undefined]);
  });

  it('are refused where JsonLogic cannot say them', () => {
    const untranslatable = [
      ...[
        { $regex: '^a+$' },
        { $regex: '.*' },
        { $regex: '^$' },
        { $regexi: 'a' },
        { $ini: ['a'] },
        { $alli: ['a'] },
        { $type: 'string' },
        { $size: 2 },
        { $all: [] },
      ],
      ...[
        { $later: 1 },
        ['a'],
        { x: 1 },
        { $in: [['a']] },
        { $inGroup: 'unknown' },
        { $inGroup: 'constructor' },
        { $inGroup: 'condition' },
        { $vgt: '1.2' },
      ],
    ].map((test) => ({ v: test }));
    for (const condition of [
      ...untranslatable,
      { $savedGroup: { id: 'unknown' } },
      { $savedGroup: { id: 'loop' } },
      { $flagd: 'a' },
      { 'a..b': 1 },
    ]) {
      const imported = importGrowthBook({
        features: { f: { defaultValue: false, rules: [{ condition, force: true }] } },
        savedGroups,
      });
      expect(imported.flagSet.flags, JSON.stringify(condition)).toEqual({});
      expect(imported.findings[0], JSON.stringify(condition)).toMatchObject({
        kind: 'untranslatable',
        flag: 'f',
        place: expect.stringMatching(/^\/features\/f\/rules\/0\/condition|^\/savedGroups\/loop\/condition/),
        instead: 'the flag was left out',
      });
    }
  });
});

describe('rules of GrowthBook', () => {
  const feature = (...rules: readonly unknown[]) => ({ features: { f: { defaultValue: 'none', rules } } });

  it('serve in order, to the units that their coverage lets in', () => {
    const imported = importGrowthBook(
      feature(
        { condition: { country: 'DE' }, force: 'german' },
        { force: 'off', coverage: 0 },
        { force: 'covered', coverage: 0.25, hashAttribute: 'id' },
      ),
    );
    expect(servedBy(imported.flagSet, 'f', { country: 'DE' })).toBe('german');
    expect(servedBy(imported.flagSet, 'f', {})).toBe('none');
    expect(sharesOf(imported.flagSet, 'f')).toEqual({
      covered: expect.closeTo(0.25, 1.5),
      none: expect.closeTo(0.75, 1.5),
    });
    expect(messages(imported, 'changed')).toEqual([
      'Units are hashed differently: shares keep their size and not their members.',
    ]);
  });

  it('give experiments their weights, and pass on whom they leave out', () => {
    const imported = importGrowthBook(
      feature({ variations: ['a', 'b', 'c'], weights: [0.5, 0.3, 0.2], coverage: 0.5 }, { force: 'rest' }),
    );
    const shares = sharesOf(imported.flagSet, 'f');
    expect(shares).toEqual({
      a: expect.closeTo(0.25, 1.5),
      b: expect.closeTo(0.15, 1.5),
      c: expect.closeTo(0.1, 1.5),
      rest: expect.closeTo(0.5, 1.5),
    });
    expect(servedBy(imported.flagSet, 'f', {})).toBe('rest');
  });

  it('move only units at the edge when coverage grows', () => {
    const at = (coverage: number) => importGrowthBook(feature({ variations: ['a', 'b'], coverage })).flagSet;
    const [before, after] = [at(0.4), at(0.6)];
    for (let unit = 0; unit < 2000; unit++) {
      const context = { targetingKey: `user-${unit}` };
      const earlier = servedBy(before, 'f', context);
      if (earlier !== 'none') expect(servedBy(after, 'f', context)).toBe(earlier);
    }
  });

  it('keep namespaces and filters independent of the split', () => {
    for (const part of [
      { namespace: ['n', 0, 0.5] },
      {
        filters: [
          {
            seed: 'n',
            ranges: [
              [0, 0.25],
              [0.5, 0.75],
            ],
          },
        ],
      },
    ]) {
      const shares = sharesOf(importGrowthBook(feature({ variations: ['a', 'b'], ...part })).flagSet, 'f');
      expect(shares).toEqual({
        a: expect.closeTo(0.25, 1.5),
        b: expect.closeTo(0.25, 1.5),
        none: expect.closeTo(0.5, 1.5),
      });
    }
  });

  it('are skipped without variations to choose from, and refused where they mean more than flagd can say', () => {
    expect(flagOf(importGrowthBook(feature({ variations: ['a'] })), 'f')).not.toHaveProperty('targeting');
    for (const rule of [
      { force: 'a', parentConditions: [{ id: 'other', condition: { value: true } }] },
      { force: null },
      { contextualBanditRef: 'b', contextualVariations: ['a', 'b'] },
      { variations: ['a', 'b'], meta: [{ passthrough: true }, {}] },
      { variations: ['a', 'b'], hashVersion: 3 },
      { variations: ['a', 'b'], hashAttribute: 'a.b' },
      { variations: [['list'], 'b'] },
    ]) {
      expect(messages(importGrowthBook(feature(rule)), 'untranslatable', 'f'), JSON.stringify(rule)).not.toEqual([]);
    }
  });

  it('have sticky buckets noted as lost', () => {
    const imported = importGrowthBook(feature({ force: 'a', fallbackAttribute: 'deviceId' }));
    expect(messages(imported, 'changed')).toEqual(['Sticky bucketing and fallback attributes have no equal in flagd.']);
  });
});

describe('features of GrowthBook', () => {
  it('without a default value leave it to the caller', () => {
    const { flagSet } = importGrowthBook({
      features: { f: { defaultValue: null, rules: [{ condition: { v: 1 }, force: { x: 1 } }] } },
    });
    expect(servedBy(flagSet, 'f', { v: 1 })).toEqual({ x: 1 });
    expect(servedBy(flagSet, 'f', { v: 2 })).toBeUndefined();
  });

  it('of mixed types, of null alone and of a form that nobody knows are left out, the others not', () => {
    const imported = importGrowthBook({
      features: {
        mixed: { defaultValue: 1, rules: [{ force: 'a' }] },
        empty: { defaultValue: null },
        odd: { defaultValue: 1, rules: 'all' },
        fine: { defaultValue: 1 },
      },
    });
    expect(Object.keys(imported.flagSet.flags)).toEqual(['fine']);
    expect(messages(imported, 'untranslatable')).toHaveLength(3);
  });

  it('cannot be read when encrypted or absent', () => {
    expect(() => importGrowthBook({ encryptedFeatures: 'x' })).toThrow(/encrypted/);
    expect(() => importGrowthBook({ flags: {} })).toThrow(/"features"/);
    expect(() => importGrowthBook('features')).toThrow(/should be an object/);
  });
});

function expectSameAsSdk(conditions: readonly unknown[], values: readonly unknown[]): void {
  const features = Object.fromEntries(
    conditions.map((condition, index) => [`f${index}`, { defaultValue: false, rules: [{ condition, force: true }] }]),
  ) as Record<string, FeatureDefinition>;
  const imported = importGrowthBook({ features, savedGroups });
  expect(Object.keys(imported.flagSet.flags), JSON.stringify(imported.findings)).toHaveLength(conditions.length);
  expect(unusable(imported)).toEqual([]);
  for (const v of values) {
    const attributes = v === undefined ? {} : { v };
    const sdk = new GrowthBook({ features, savedGroups, attributes });
    for (const key of Object.keys(features)) {
      const theirs = sdk.evalFeature(key).value;
      expect(
        servedBy(imported.flagSet, key, attributes),
        `${JSON.stringify(features[key])} of ${JSON.stringify(v)}`,
      ).toBe(theirs);
    }
    sdk.destroy();
  }
}
