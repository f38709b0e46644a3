import { describe, expect, it } from 'vitest';
import golden from './golden/operators.json' with { type: 'json' };
import { resultOf } from './support.ts';

describe('Operators', () => {
  it.each(golden.cases.map(([rule, result]) => [JSON.stringify(rule), JSON.stringify(result)]))(
    '%s yields %s',
    (rule, result) => {
      expect(resultOf(JSON.parse(rule!), golden.data)).toStrictEqual(JSON.parse(result!));
    },
  );

  it('read all data for a path of "", null or none', () => {
    const data = { a: 1 };
    const all = { ...data, $flagd: { flagKey: 'flag', timestamp: 1_785_542_400 } };
    for (const path of ['', null, [], [''], { var: 'absent' }]) expect(resultOf({ var: path }, data)).toEqual(all);
  });

  it('read own properties that are named like inherited ones', () => {
    const data = JSON.parse('{"constructor": "c", "__proto__": {"x": "p"}, "toString": "t"}') as unknown;
    expect(resultOf({ var: 'constructor' }, data)).toBe('c');
    expect(resultOf({ var: '__proto__.x' }, data)).toBe('p');
    expect(resultOf({ cat: [{ var: 'toString' }] }, data)).toBe('t');
  });

  it('do not see what a polluted prototype offers', () => {
    expect(resultOf({ var: 'admin' }, Object.create({ admin: true }))).toBeNull();
  });

  it('bucket by flag key and targeting key when the first operand is an entry', () => {
    const rule = {
      fractional: [
        ['x', 1],
        ['y', 1],
      ],
    };
    const explicit = {
      fractional: [{ cat: [{ var: '$flagd.flagKey' }, { var: 'targetingKey' }] }, ['x', 1], ['y', 1]],
    };
    const seen = new Set<unknown>();
    for (let index = 0; index < 50; index++) {
      const data = { targetingKey: `user-${index}` };
      seen.add(resultOf(rule, data));
      expect(resultOf(explicit, data)).toBe(resultOf(rule, data));
      expect(resultOf({ fractional: [{ if: [true, ['x', 1]] }, ['y', 1]] }, data)).toBe(resultOf(rule, data));
    }
    expect(seen).toEqual(new Set(['x', 'y']));
    for (const targetingKey of [undefined, '', 7, null, true]) expect(resultOf(rule, { targetingKey })).toBeNull();
  });

  it('bucket alike whether a salted key is hashed in two parts or built first', () => {
    const entries = [
      ['x', 1],
      ['y', 1],
      ['z', 1],
    ];
    for (const key of ['a', 'zażółć', 7, true, null, 1.5, ['a', 'b'], {}, undefined]) {
      const parts = ['salt/', { var: '$flagd.flagKey' }, { var: 'key' }];
      const inParts = resultOf({ fractional: [{ cat: parts }, ...entries] }, { key });
      const built = resultOf({ fractional: [{ if: [true, { cat: parts }] }, ...entries] }, { key });
      expect(inParts).toBe(built);
      expect(inParts).toBeTypeOf('string');
    }
  });
});

describe('What rules may build is limited', () => {
  const doubling = (operator: string, seed: unknown) => ({
    reduce: [
      Array.from({ length: 26 }, () => 0),
      { [operator]: [{ var: 'accumulator' }, { var: 'accumulator' }] },
      seed,
    ],
  });

  it('a text that doubles itself is gone before it is large', () => {
    expect(resultOf({ '!!': doubling('cat', 'x') }, {})).toBe(false);
    expect(resultOf({ cat: ['x'.repeat(4000), 'y'.repeat(96)] }, {})).toHaveLength(4096);
    expect(resultOf({ cat: ['x'.repeat(4000), 'y'.repeat(97)] }, {})).toBeNull();
  });

  it('a list that doubles itself is gone before it is large', () => {
    const longest = Array.from({ length: 100 }, () => 0);
    expect(resultOf({ merge: Array.from({ length: 100 }, () => longest) }, {})).toHaveLength(10_000);
    expect(resultOf({ merge: [...Array.from({ length: 100 }, () => longest), 1] }, {})).toBeNull();
    expect(
      resultOf({ '<': [{ reduce: [doubling('merge', [1]), { '+': [1, { var: 'accumulator' }] }, 0] }, 10_001] }, {}),
    ).toBe(true);
  });

  it('a list of lists that refer to themselves cannot be written out', () => {
    const nesting = {
      reduce: [Array.from({ length: 26 }, () => 0), [{ var: 'accumulator' }, { var: 'accumulator' }], 'x'],
    };
    expect(resultOf({ cat: [nesting] }, {})).toBeNull();
  });

  it('loops inside loops end with null once they have visited too much', () => {
    const list = Array.from({ length: 1000 }, (_, index) => index);
    const thousandTimes = (body: unknown) => ({ map: [list, body] });
    expect(resultOf({ some: [{ var: 'list' }, { '==': [{ var: '' }, 999] }] }, { list })).toBe(true);
    const inner = resultOf(thousandTimes({ all: [list, true] }), {}) as readonly unknown[];
    const visited = inner.filter((value) => value === true).length;
    expect(visited).toBeGreaterThan(10);
    expect(visited).toBeLessThan(100);
    expect(inner.slice(visited)).toEqual(Array.from({ length: 1000 - visited }, () => null));
  });

  it('reading long texts and lists again and again ends with null', () => {
    const context = {
      text: 'x'.repeat(50_000),
      list: Array.from({ length: 20_000 }, () => 1),
      digits: '1'.repeat(50_000),
    };
    const expensive: readonly (readonly [rule: unknown, paid: unknown])[] = [
      [{ in: ['y', { var: 'text' }] }, false],
      [{ in: [2, { var: 'list' }] }, false],
      [{ '<': [0, { var: 'digits' }] }, true],
      [{ '==': [1, { var: 'digits' }] }, false],
    ];
    for (const [rule, paid] of expensive) {
      const results = resultOf(
        Array.from({ length: 100 }, () => rule),
        context,
      ) as readonly unknown[];
      expect(results[0]).toBe(paid);
      expect([null, false]).toContain(results.at(-1));
    }
  });
});
