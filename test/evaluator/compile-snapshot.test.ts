import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../../domain/index.ts';
import { compileSnapshot, evaluate } from '../../evaluator/index.ts';
import { anOverlay, NOW_MS, snapshotOf } from './support.ts';

const aFlag = (value: number) => ({
  state: 'ENABLED',
  variants: { old: value, new: value + 1 },
  defaultVariant: 'old',
  targeting: { if: [{ '==': [{ var: 'plan' }, 'pro'] }, 'new'] },
  metadata: { owner: 'team' },
});
const keyOf = (index: number) => `flag-${index}`;
const thousand = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [keyOf(index), aFlag(index)]));
const $evaluators = { shared: { var: 'vip' } };
const copyOf = <T>(value: T): T => structuredClone(value);

describe('A compiled snapshot', () => {
  it('knows which version of which environment it is, and its flags in order', () => {
    const flagSet = { flags: {}, metadata: {} };
    const snapshot = compileSnapshot({
      environment: 'prod',
      epoch: 2,
      version: 7,
      flagSet,
      rollouts: [],
      settings: DEFAULT_SETTINGS,
    });
    expect(snapshot).toMatchObject({ environment: 'prod', epoch: 2, version: 7 });
    expect(snapshotOf({ flags: thousand }).flagKeys()).toEqual(Object.keys(thousand));
  });

  it('has flags named like properties of every object', () => {
    const flags = JSON.parse(
      `{"__proto__": ${JSON.stringify(aFlag(1))}, "constructor": ${JSON.stringify(aFlag(2))}}`,
    ) as object;
    const snapshot = snapshotOf({ flags });
    expect(evaluate(snapshot, '__proto__', {}, NOW_MS).value).toBe(1);
    expect(evaluate(snapshot, 'constructor', {}, NOW_MS).value).toBe(2);
  });
});

describe('Recompiling', () => {
  const first = snapshotOf({ flags: thousand, $evaluators });
  const keptKeys = (flagSet: object, overlays: Parameters<typeof snapshotOf>[1] = []) => {
    const next = snapshotOf(flagSet, overlays, first);
    return next.flagKeys().filter((key) => next.flags.get(key) === first.flags.get(key));
  };

  it('with one flag of 1 000 changed compiles that one and keeps the other 999', () => {
    const flags = { ...copyOf(thousand), [keyOf(7)]: aFlag(-1) };
    const next = snapshotOf({ flags, $evaluators: copyOf($evaluators) }, [], first);
    expect(keptKeys({ flags, $evaluators })).toEqual(Object.keys(thousand).filter((key) => key !== keyOf(7)));
    expect(evaluate(next, keyOf(7), {}, NOW_MS).value).toBe(-1);
    expect(evaluate(first, keyOf(7), {}, NOW_MS).value).toBe(7);
  });

  it('notices a change of state, variants, default, targeting and metadata', () => {
    const changes = [
      { state: 'DISABLED' },
      { variants: { old: 1 } },
      { defaultVariant: null },
      { targeting: null },
      { metadata: {} },
    ];
    for (const change of changes) {
      const flags = { ...thousand, [keyOf(3)]: { ...thousand[keyOf(3)], ...change } };
      expect(keptKeys({ flags, $evaluators })).toHaveLength(999);
    }
  });

  it('compiles the flag of a rollout that starts, ramps or ends, and no other', () => {
    const overlay = anOverlay({ flag: keyOf(5) });
    expect(keptKeys({ flags: thousand, $evaluators }, [overlay])).toHaveLength(999);
    const started = snapshotOf({ flags: thousand, $evaluators }, [overlay], first);
    const same = snapshotOf({ flags: thousand, $evaluators }, [copyOf(overlay)], started);
    const ramped = snapshotOf({ flags: thousand, $evaluators }, [{ ...overlay, coverage: 60_000 }], started);
    expect(same.flags.get(keyOf(5))).toBe(started.flags.get(keyOf(5)));
    expect(ramped.flags.get(keyOf(5))).not.toBe(started.flags.get(keyOf(5)));
  });

  it('compiles everything when shared rules or metadata of the set change', () => {
    expect(keptKeys({ flags: thousand, $evaluators: { shared: { var: 'other' } } })).toEqual([]);
    expect(keptKeys({ flags: thousand, $evaluators, metadata: { owner: 'x' } })).toEqual([]);
  });

  it('compiles everything when units are hashed in another way or the static context changes', () => {
    const keptUnder = (settings: Parameters<typeof snapshotOf>[3]) => {
      const next = snapshotOf({ flags: thousand, $evaluators }, [], first, settings);
      return next.flagKeys().filter((key) => next.flags.get(key) === first.flags.get(key)).length;
    };
    expect(keptUnder({ bucketing: 'murmur3', staticContext: {} })).toBe(1000);
    expect(keptUnder({ bucketing: 'murmur3-cbor' })).toBe(0);
    expect(keptUnder({ staticContext: { plan: 'pro' } })).toBe(0);
    const pro = snapshotOf({ flags: thousand, $evaluators }, [], first, { staticContext: { plan: 'pro' } });
    expect(evaluate(pro, keyOf(7), {}, NOW_MS).variant).toBe('new');
  });

  it('forgets flags that are gone', () => {
    const next = snapshotOf({ flags: { [keyOf(1)]: thousand[keyOf(1)] }, $evaluators }, [], first);
    expect(next.flagKeys()).toEqual([keyOf(1)]);
    expect(evaluate(next, keyOf(2), {}, NOW_MS).errorCode).toBe('FLAG_NOT_FOUND');
  });
});

describe('Reading the clock', () => {
  const reads = (targeting: unknown, changes: object = {}) =>
    snapshotOf({ flags: { other: aFlag(1), flag: { ...aFlag(2), targeting, ...changes } } }).readsClock;
  const isAfter = { '>': [{ var: '$flagd.timestamp' }, 7] };

  it('is noticed wherever a flag might do it', () => {
    for (const clock of [{ var: '$flagd.timestamp' }, { var: '$flagd' }, { var: '' }, { var: [{ var: 'path' }] }]) {
      expect(reads({ if: [{ '>': [clock, 7] }, 'new'] })).toBe(true);
      expect(
        reads({
          fractional: [
            ['old', 1],
            ['new', clock],
          ],
        }),
      ).toBe(true);
    }
    expect(reads({ if: [{ some: [[isAfter], { var: '' }] }, 'new'] })).toBe(true);
  });

  it('is not assumed of flags that do not', () => {
    for (const rule of [{ var: '$flagd.flagKey' }, { var: 'timestamp' }, { some: [{ var: 'list' }, { var: '' }] }]) {
      expect(reads({ if: [rule, 'new'] })).toBe(false);
    }
    expect(reads({ if: [{ some: [[1], isAfter] }, 'new'] })).toBe(false);
    expect(reads({ if: [isAfter, 'new'] }, { state: 'DISABLED' })).toBe(false);
    expect(reads(null)).toBe(false);
  });

  it('is noticed in shared rules, in audiences, and in flags that were taken over', () => {
    const shared = {
      flags: { flag: { ...aFlag(2), targeting: { if: [{ $ref: 'late' }, 'new'] } } },
      $evaluators: { late: isAfter },
    };
    const first = snapshotOf(shared);
    expect(first.readsClock).toBe(true);
    expect(snapshotOf(shared, [], first).readsClock).toBe(true);
    expect(snapshotOf({ ...shared, $evaluators: { late: true } }, [], first).readsClock).toBe(false);
    const flags = { flag: { ...aFlag(1), targeting: null } };
    expect(snapshotOf({ flags }, [anOverlay()]).readsClock).toBe(false);
    expect(snapshotOf({ flags }, [anOverlay({ audience: isAfter })]).readsClock).toBe(true);
  });
});
