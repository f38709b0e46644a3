import fc from 'fast-check';
import jsonLogic from 'json-logic-js';
import { describe, expect, it } from 'vitest';
import { resultOf } from './support.ts';

// Off limits are the differences on purpose: objects and lists compared for equality, inherited names, characters of a
// string by index, and what the
// oracle leaves undefined or throws at where we say null (`and` and `or` of nothing, loops without a body, `*` of nothing).
const word = fc.constantFrom('', 'a', 'b', 'ab', '1', '2.5', '-3', 'abc');
const number = fc.constantFrom(0, 1, -1, 2, 2.5, 10, 1e21, -0);
const scalar = fc.oneof(word, number, fc.boolean(), fc.constant(null));
const path = fc.constantFrom(
  's',
  'n',
  'b',
  'nul',
  'list',
  'words',
  'people',
  'obj.x',
  'obj.y.z',
  'list.1',
  'people.0.s',
  'absent',
  'obj.absent.x',
  '',
);

const context = fc
  .record({
    s: word,
    n: number,
    b: fc.boolean(),
    nul: fc.constant(null),
    list: fc.array(number, { maxLength: 4 }),
    words: fc.array(word, { maxLength: 4 }),
    people: fc.array(fc.record({ s: word, n: number }), { maxLength: 3 }),
    obj: fc.record({ x: scalar, y: fc.record({ z: scalar }) }),
  })
  // Plain objects, as JSON.parse makes them: fast-check's have no prototype, which the oracle cannot cast to text.
  .map((value): unknown => JSON.parse(JSON.stringify(value)));

const operands = (rule: fc.Arbitrary<unknown>, minLength: number, maxLength: number) =>
  fc.array(rule, { minLength, maxLength });
const call = (name: string, values: fc.Arbitrary<unknown>) => values.map((value) => ({ [name]: value }));

// One count for all kinds of rules, so that none nests deeper than may be.
const depth = { maxDepth: 7, depthSize: 'small', depthIdentifier: fc.createDepthIdentifier() } as const;

const { rule } = fc.letrec<{ rule: unknown; scalarRule: unknown; listRule: unknown; body: unknown }>((tie) => {
  const any = tie('rule');
  const aScalar = tie('scalarRule');
  const aList = tie('listRule');
  const variable = fc.oneof(
    call('var', path),
    call('var', fc.tuple(path)),
    call('var', fc.tuple(path, scalar)),
    call('var', fc.tuple(call('cat', fc.tuple(fc.constantFrom('s', 'n', 'obj.x'))))),
  );
  const scalarVariable = call('var', fc.constantFrom('s', 'n', 'b', 'nul', 'absent', 'list.0', 'people.0.n'));
  return {
    rule: fc.oneof(
      depth,
      scalar,
      variable,
      aScalar,
      aList,
      ...['if', '?:'].map((name) => call(name, operands(any, 0, 5))),
      ...['and', 'or'].map((name) => call(name, operands(any, 1, 4))),
    ),
    scalarRule: fc.oneof(
      depth,
      scalar,
      scalarVariable,
      ...['!', '!!'].map((name) =>
        call(
          name,
          fc.oneof(
            operands(any, 0, 2),
            any.filter((value) => !Array.isArray(value)),
          ),
        ),
      ),
      ...['==', '!=', '===', '!=='].map((name) => call(name, operands(aScalar, 1, 3))),
      ...['<', '<=', '>', '>='].map((name) => call(name, operands(any, 1, 4))),
      ...['+', '-', '/', '%', 'max', 'min'].map((name) => call(name, operands(aScalar, 1, 3))),
      call('*', operands(aScalar, 1, 3)),
      call('cat', operands(any, 0, 3)),
      call('substr', fc.tuple(aScalar, fc.integer({ min: -4, max: 4 }))),
      call('substr', fc.tuple(aScalar, fc.integer({ min: -4, max: 4 }), fc.integer({ min: -4, max: 4 }))),
      call('in', fc.tuple(aScalar, fc.oneof(aList, aScalar))),
      ...['all', 'some', 'none'].map((name) => call(name, fc.tuple(fc.oneof(aList, aScalar), tie('body')))),
      call('reduce', fc.tuple(aList, tie('body'), aScalar)),
    ),
    listRule: fc.oneof(
      depth,
      fc.array(aScalar, { maxLength: 4 }),
      call('var', fc.constantFrom('list', 'words', 'people', 'absent')),
      call('merge', operands(any, 0, 3)),
      call('missing', fc.array(fc.constantFrom('s', 'absent', 'obj.x', 'nul', 'obj.q'), { maxLength: 4 })),
      call(
        'missing_some',
        fc.tuple(fc.nat(3), fc.array(fc.constantFrom('s', 'absent', 'obj.x', 'nul'), { maxLength: 4 })),
      ),
      ...['map', 'filter'].map((name) => call(name, fc.tuple(fc.oneof(aList, aScalar), tie('body')))),
    ),
    body: fc.oneof(
      depth,
      call('var', fc.constantFrom('', 's', 'n', 'current', 'accumulator', 'current.s')),
      call('>', fc.tuple(call('var', fc.constantFrom('', 'n', 'current')), number)),
      call('cat', fc.tuple(call('var', fc.constantFrom('', 's')), aScalar)),
      any,
    ),
  };
});

describe('JsonLogic core', () => {
  it('agrees with json-logic-js on 20 000 generated rules', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(rule, context, (logic, data) => {
        for (const [name] of JSON.stringify(logic).matchAll(/"[^"]+":/g)) seen.add(name);
        expect(comparable(resultOf(logic, data))).toEqual(comparable(jsonLogic.apply(logic, data)));
      }),
      { seed: 11, numRuns: 20_000 },
    );
    expect(seen.size).toBeGreaterThanOrEqual(32);
  });
});

/** Undefined is how JavaScript writes what leaves a rule as null; `$flagd` is ours alone. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value ?? null;
  const members = Object.entries(value).filter(([key]) => key !== '$flagd');
  return Object.fromEntries(members.map(([key, member]) => [key, comparable(member)]));
}
