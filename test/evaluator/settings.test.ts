import { describe, expect, it } from 'vitest';
import type { EnvironmentSettings, EvaluationContext, JsonObject } from '../../domain/index.ts';
import { evaluate } from '../../evaluator/index.ts';
import golden from './golden/cbor.json' with { type: 'json' };
import { NOW_MS, snapshotOf } from './support.ts';

/** The variants of the targeting: names of the results that tests look for. */
const VARIANTS = ['below', 'hit', 'above', 'yes', 'no', 'eu', 'us', 'user-1'];
const flagOf = (targeting: unknown) => ({
  state: 'ENABLED',
  variants: Object.fromEntries(VARIANTS.map((name) => [name, name])),
  targeting,
});

function served(targeting: unknown, context: unknown, settings: Partial<EnvironmentSettings>, flagKey = 'flag') {
  const snapshot = snapshotOf({ flags: { [flagKey]: flagOf(targeting) } }, [], undefined, settings);
  return evaluate(snapshot, flagKey, context as EvaluationContext, NOW_MS);
}
const around = (bucket: number, totalWeight: number) => [
  ['below', bucket],
  ['hit', 1],
  ['above', totalWeight - bucket - 1],
];

describe('Bucketing over CBOR', () => {
  const cbor = { bucketing: 'murmur3-cbor' } as const;

  it.each(golden.targetingKeys)('serves $targetingKey by flag key and targeting key', (row) => {
    const targeting = { fractional: around(row.bucketOf100000, 100_000) };
    const { targetingKey } = row;
    expect(served(targeting, { targetingKey }, cbor, 'checkout-v2').variant).toBe('hit');
    expect(served(targeting, { targetingKey }, {}, 'checkout-v2').variant).not.toBe('hit');
  });

  it.each(golden.values)('takes $value for a bucketing value', ({ value, bucketOf100 }) => {
    const targeting = { fractional: [{ var: 'value' }, ...around(bucketOf100, 100)] };
    expect(served(targeting, { value }, cbor).variant).toBe('hit');
    expect(served(targeting, { value }, {})).toMatchObject({ value: undefined, reason: 'DEFAULT' });
  });

  it('takes a constant for a bucketing value too, and a list for an entry', () => {
    expect(served({ fractional: [true, ...around(19, 100)] }, {}, cbor).variant).toBe('hit');
    expect(served({ fractional: [{ var: 'entry' }] }, { targetingKey: 'u', entry: ['hit'] }, cbor).variant).toBe('hit');
  });

  it('yields null without a bucketing value', () => {
    for (const value of [null, undefined, Number.NaN, { x: Number.NaN }]) {
      const targeting = { fractional: [{ var: 'value' }, ['hit', 1]] };
      expect(served(targeting, { targetingKey: 'u', value }, cbor).reason).toBe('DEFAULT');
    }
    for (const context of [{}, { targetingKey: '' }, { targetingKey: 7 }]) {
      expect(served({ fractional: [['hit', 1]] }, context, cbor).reason).toBe('DEFAULT');
    }
  });

  it('tells "1" from 1, which bucketing over text cannot', () => {
    const entries = Array.from({ length: 8 }, (_, index) => [VARIANTS[index], 1]);
    const variantOf = (key: unknown) => served({ fractional: [{ var: 'key' }, ...entries] }, { key }, cbor).variant;
    expect(['1', '2', '3', '4'].map(variantOf)).not.toEqual([1, 2, 3, 4].map(variantOf));
  });
});

describe('A static context', () => {
  const inEurope = { staticContext: { region: 'eu', nested: { zone: [1, 'yes'] }, unset: null } };
  const variantOf = (targeting: unknown, context: unknown = {}) => served(targeting, context, inEurope).variant;

  it('adds attributes, and wins over those of the caller as a whole', () => {
    expect(variantOf({ var: 'region' })).toBe('eu');
    expect(variantOf({ var: 'region' }, { region: 'us' })).toBe('eu');
    expect(variantOf({ var: 'nested.zone.1' }, { nested: { zone: [0, 'no'] } })).toBe('yes');
    expect(variantOf({ if: [{ var: 'nested.mine' }, 'no', 'yes'] }, { nested: { mine: true } })).toBe('yes');
    expect(variantOf({ var: ['unset', 'no'] }, { unset: 'yes' })).toBeUndefined();
    expect(variantOf({ var: ['absent', 'no'] })).toBe('no');
  });

  it('leaves the other attributes of the caller alone', () => {
    expect(variantOf({ var: 'other' }, { other: 'us' })).toBe('us');
  });

  it('is seen by computed paths, missing, and reads of the whole context', () => {
    const context = { region: 'us', own: 'no' };
    expect(variantOf({ var: [{ cat: ['re', 'gion'] }] }, context)).toBe('eu');
    expect(variantOf({ if: [{ missing: ['region', 'own'] }, 'no', 'yes'] }, context)).toBe('yes');
    const whole = { map: [[{ var: '' }], { var: 'region' }] };
    expect(variantOf({ if: [{ in: ['eu', whole] }, 'yes', 'no'] }, context)).toBe('yes');
    expect(variantOf({ if: [{ in: ['no', { map: [[{ var: '' }], { var: 'own' }] }] }, 'yes', 'no'] }, context)).toBe(
      'yes',
    );
    expect(variantOf({ if: [{ in: ['eu', whole] }, 'yes', 'no'] }, undefined)).toBe('yes');
  });

  it('is out of sight inside loops, as the context is', () => {
    const elements = { map: [{ var: 'list' }, { var: 'region' }] };
    expect(variantOf({ if: [{ in: ['us', elements] }, 'yes', 'no'] }, { list: [{ region: 'us' }] })).toBe('yes');
    expect(variantOf({ if: [{ some: [[1], { var: 'region' }] }, 'yes', 'no'] })).toBe('no');
  });

  it('cannot replace what flagd adds, but can be the targeting key', () => {
    const staticContext: JsonObject = { $flagd: { flagKey: 'no' }, targetingKey: 'user-1' };
    const settings = { staticContext };
    expect(served({ if: [{ '==': [{ var: '$flagd.flagKey' }, 'flag'] }, 'yes', 'no'] }, {}, settings).variant).toBe(
      'yes',
    );
    const whole = { map: [[{ var: '' }], { var: '$flagd.flagKey' }] };
    expect(served({ if: [{ in: ['flag', whole] }, 'yes', 'no'] }, {}, settings).variant).toBe('yes');
    expect(served({ var: 'targetingKey' }, { targetingKey: 'other' }, settings).variant).toBe('user-1');
    const row = golden.targetingKeys[0]!;
    const cbor = { staticContext, bucketing: 'murmur3-cbor' } as const;
    const targeting = { fractional: around(row.bucketOf100000, 100_000) };
    expect(served(targeting, { targetingKey: 'other' }, cbor, 'checkout-v2').variant).toBe('hit');
  });

  it('is not reached through the prototype', () => {
    expect(variantOf({ var: ['constructor', 'no'] })).toBe('no');
    const own = JSON.parse('{"__proto__": "eu"}') as JsonObject;
    expect(served({ var: '__proto__' }, {}, { staticContext: own }).variant).toBe('eu');
  });
});
