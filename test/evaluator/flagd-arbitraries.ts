import fc from 'fast-check';
import { NOW_MS } from './support.ts';

/*
 * Flag sets and contexts on which flagd-core has to agree with us: every operator with operands of its types. Kept off
 * is what the table of differences lists: non-ASCII bucketing values, `{}` as a condition, null in `cat`, `==` with
 * null, operands that flagd-core throws at.
 */

const NOW_S = Math.floor(NOW_MS / 1000);
const WORDS = ['a', 'ab', 'abc', 'de', 'fr', 'pro', 'x@y.io', 'user-1', 'Z'];
const VERSIONS = [
  '1.0.0',
  '1.2.0',
  '1.2.3',
  'v2.0.0',
  '2.1',
  '3',
  '1.0.0-alpha',
  '1.0.0-beta.2',
  '1.0.0+b',
  '2.0.0.0',
  'no',
  '01.0.0',
];

const word = fc.constantFrom(...WORDS);
const integer = fc.integer({ min: -20, max: 60 });
const call = (name: string, ...operands: fc.Arbitrary<unknown>[]) =>
  fc.tuple(...operands).map((values) => ({ [name]: values }));
const callWithMany = (name: string, operand: fc.Arbitrary<unknown>, minLength: number, maxLength: number) =>
  fc.array(operand, { minLength, maxLength }).map((values) => ({ [name]: values }));
const variable = (...names: string[]) => fc.constantFrom(...names.flatMap((name) => [{ var: name }, { var: [name] }]));

/** A context: some attributes always there, others not, each of one type. */
export const flagdContext = fc
  .record(
    {
      name: word,
      age: integer,
      vip: fc.boolean(),
      tags: fc.array(word, { maxLength: 3 }),
      scores: fc.array(integer, { maxLength: 3 }),
      address: fc.record({ country: word, zone: integer }),
      targetingKey: fc.oneof(word, fc.string({ unit: 'grapheme-ascii', maxLength: 24 })),
      email: word,
      version: fc.constantFrom(...VERSIONS),
      variant: fc.constantFrom('on', 'off', 'nope', 'true'),
    },
    { requiredKeys: ['name', 'age', 'vip', 'tags', 'scores', 'address'] },
  )
  .map((context): unknown => JSON.parse(JSON.stringify(context)));

const depth = { maxDepth: 4, depthSize: 'small', depthIdentifier: fc.createDepthIdentifier() } as const;

const rules = fc.letrec<Record<'text' | 'number' | 'condition' | 'list' | 'variant' | 'entry', unknown>>((tie) => {
  const text = tie('text');
  const number = tie('number');
  const condition = tie('condition');
  const nullableText = fc.oneof(text, variable('email', 'version', 'targetingKey', 'absent.deeper'));
  const version = fc.oneof(fc.constantFrom(...VERSIONS), variable('version'), fc.constantFrom(1, 1.2));
  const ofElement = (name: string, other: fc.Arbitrary<unknown>) => call(name, fc.constant({ var: '' }), other);
  const versionOperator = fc.constantFrom('=', '!=', '<', '<=', '>', '>=', '^', '~', '==');
  const bucketingValue = fc.oneof(
    call('cat', fc.constant({ var: '$flagd.flagKey' }), variable('name', 'address.country')),
    call('cat', word, variable('name', 'age', 'vip')),
    nullableText,
    number,
  );
  const entries = fc.array(tie('entry'), { minLength: 0, maxLength: 4 });
  const fractional = fc
    .oneof(
      entries,
      fc.tuple(bucketingValue, entries).map(([value, rest]) => [value, ...rest]),
    )
    .filter((operands) => operands.length > 0)
    .map((operands) => ({ fractional: operands }));
  const chance = fc
    .tuple(fc.nat(100), fc.nat(100))
    .map(([no, yes]) => ({ fractional: [{ var: 'name' }, [false, no], [true, yes]] }));
  return {
    text: fc.oneof(
      depth,
      word,
      variable('name', 'address.country'),
      call('var', fc.constantFrom('email', 'absent'), word),
      callWithMany('cat', fc.oneof(text, integer, fc.boolean()), 1, 3),
      call('substr', text, fc.integer({ min: -3, max: 3 })),
      call('substr', text, fc.nat(2), fc.integer({ min: -2, max: 3 })),
      call('if', condition, text, text),
    ),
    number: fc.oneof(
      depth,
      integer,
      variable('age', 'address.zone'),
      ...['+', '*', '-'].map((name) => call(name, number, number)),
      ...['/', '%'].map((name) => call(name, number, fc.constantFrom(2, 3, -4))),
      ...['max', 'min'].map((name) => callWithMany(name, number, 1, 3)),
      call(
        'reduce',
        variable('scores'),
        call('+', fc.constant({ var: 'current' }), fc.constant({ var: 'accumulator' })),
        integer,
      ),
      call('if', condition, number, number),
    ),
    list: fc.oneof(
      depth,
      fc.array(word, { minLength: 1, maxLength: 4 }),
      variable('tags'),
      callWithMany('merge', fc.oneof(variable('tags'), word), 1, 3),
      call('map', variable('tags'), call('cat', fc.constant({ var: '' }), word)),
      call('filter', variable('tags'), ofElement('in', fc.constant(['a', 'ab', 'abc']))),
      callWithMany('missing', fc.constantFrom('name', 'email', 'absent', 'address.country'), 1, 3),
      call('missing_some', fc.integer({ min: 1, max: 2 }), fc.constant(['email', 'absent', 'name'])),
    ),
    condition: fc.oneof(
      depth,
      fc.boolean(),
      variable('vip'),
      fc.constant({ $ref: 'shared' }),
      fc.constant({ $ref: 'other' }),
      chance,
      ...['==', '!=', '===', '!=='].flatMap((name) => [call(name, text, text), call(name, number, number)]),
      ...['==', '===', '!=='].map((name) => call(name, nullableText, word)),
      ...['<', '<=', '>', '>='].flatMap((name) => [call(name, number, number), call(name, text, text)]),
      ...['<', '<='].map((name) => call(name, number, number, number)),
      ...['and', 'or'].map((name) => callWithMany(name, condition, 1, 3)),
      ...['!', '!!'].map((name) => call(name, condition)),
      ...['!', '!!'].map((name) =>
        fc.oneof(variable('vip', 'email', 'name'), tie('list')).map((value) => ({ [name]: [value] })),
      ),
      call('in', text, tie('list')),
      call('in', text, text),
      ...['starts_with', 'ends_with'].map((name) => call(name, nullableText, nullableText)),
      ...['starts_with', 'ends_with'].map((name) => callWithMany(name, fc.oneof(nullableText, integer), 1, 3)),
      call('sem_ver', version, versionOperator, version),
      callWithMany('sem_ver', version, 1, 4),
      ...['some', 'all', 'none'].map((name) => call(name, variable('tags'), ofElement('==', word))),
      ...['some', 'all', 'none'].map((name) => call(name, variable('scores'), ofElement('>', integer))),
    ),
    entry: fc.oneof(
      fc.tuple(tie('variant')),
      fc.tuple(tie('variant'), fc.oneof(fc.nat(100), fc.integer({ min: -5, max: 5 }))),
      fc.tuple(
        fc.constantFrom('on', 'off'),
        call('-', fc.constant({ var: '$flagd.timestamp' }), fc.constant(NOW_S - 7)),
      ),
      fc.tuple(fc.constantFrom('on', 'off'), call('if', condition, fc.nat(9), fc.constantFrom(1, 2.5, 'x'))),
    ),
    variant: fc.oneof(
      depth,
      fc.constantFrom('on', 'off', 'on', 'off', 'nope', null),
      variable('variant'),
      condition,
      number,
      fractional,
      call('if', condition, tie('variant'), tie('variant')),
      call('if', condition, tie('variant'), condition, tie('variant'), tie('variant')),
      call('if', condition, tie('variant')),
    ),
  };
});

const variants = fc.constantFrom<object[]>(
  { on: true, off: false, true: true, false: false },
  { on: 'ON', off: '', true: 'T', false: 'F', '1': 'one' },
  { on: 1, off: 0, true: 2.5, false: -1, '2': 2 },
  { on: { a: [1, { b: null }] }, off: {}, true: { t: 1 }, false: { f: 1 } },
);

const metadata = fc.dictionary(
  fc.constantFrom('owner', 'team', 'weight', 'isOld'),
  fc.oneof(word, integer, fc.boolean()),
);

const flag = fc.record(
  {
    state: fc.constantFrom('ENABLED', 'ENABLED', 'ENABLED', 'ENABLED', 'ENABLED', 'ENABLED', 'DISABLED'),
    variants,
    defaultVariant: fc.constantFrom('on', 'off', 'off', null, ''),
    targeting: fc.oneof(
      { arbitrary: rules.variant.filter(isRule), weight: 18 },
      {
        arbitrary: fc.constantFrom({}, { unknown_operator: [1] }, { if: [{ $ref: 'nowhere' }, 'on', 'off'] }),
        weight: 2,
      },
    ),
    metadata,
  },
  { requiredKeys: ['state', 'variants'] },
);

/** A flag set of four flags "f0" to "f3" with shared rules and metadata. */
export const flagdFlagSet = fc
  .record({
    flags: fc
      .tuple(flag, flag, flag, flag)
      .map((flags) => Object.fromEntries(flags.map((each, index) => [`f${index}`, each]))),
    // One level only: flagd replaces references as text, in the order of the keys.
    $evaluators: fc.record({
      shared: rules.condition.filter(hasNoReference),
      other: rules.condition.filter(hasNoReference),
    }),
    metadata,
  })
  .map((flagSet): Record<string, unknown> => JSON.parse(JSON.stringify(flagSet)));

function isRule(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function hasNoReference(value: unknown): boolean {
  return isRule(value) && !JSON.stringify(value).includes('$ref');
}
