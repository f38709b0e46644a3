import type { EnvironmentSettings, JsonObject, JsonValue, RolloutOverlay } from '../../domain/index.ts';
import { OPERATORS } from '../../evaluator/operators/index.ts';
import type { Choices } from './fuzz-random.ts';
import { anOverlay } from './support.ts';

/** All that one evaluation is made of; any part may be nonsense. */
export interface World {
  readonly flagSet: unknown;
  readonly rollouts: readonly RolloutOverlay[];
  readonly settings: Pick<EnvironmentSettings, 'bucketing' | 'staticContext'>;
  readonly context: unknown;
}

const KEYS = ['a', 'b', 'list', 'x.y', '0', '', 'targetingKey', '$flagd', '$ref', 'length'];
const PROTOTYPE_KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '__defineGetter__',
];
const TEXTS = [
  '',
  'a',
  'on',
  'off',
  '1',
  'v1.2.3',
  '1.0.0-rc.1',
  ' 7 ',
  '\ud83d',
  '\ude00x',
  '😀',
  'zażółć',
  '\u0000',
  'true',
  '>=',
];
const NUMBERS = [
  0,
  -0,
  1,
  -1,
  1.5,
  100,
  2 ** 31,
  2 ** 53,
  -(2 ** 63),
  1e308,
  5e-324,
  Number.NaN,
  Number.POSITIVE_INFINITY,
];
const HOLES = Object.assign([], { 1: 'a', length: 3 });
const ODDITIES = [undefined, 10n, Symbol('s'), () => 1, new Date(0), new Map(), /x/, Object.create(null) as object];
const NAMES = [...OPERATORS.keys()];

/** A random world; one in a hundred holds a bomb, a rule and a context made to be slow. */
export function randomWorld(choices: Choices): World {
  const hasBomb = choices.isLucky(0.01);
  const targeting = hasBomb ? choices.one(BOMBS) : choices.isLucky(0.05) ? null : randomTargeting(choices);
  return {
    flagSet: {
      flags: { flag: choices.isLucky(0.9) ? randomFlag(choices, targeting) : randomJson(choices, 4) },
      $evaluators: {
        a: randomRule(choices, 3),
        b: { $ref: choices.one(['a', 'b', 'c']) },
        c: { or: [{ $ref: 'b' }, 1] },
      },
      metadata: choices.isLucky(0.2) ? randomJson(choices, 2) : { owner: 'x' },
    },
    rollouts: choices.some(1, () => randomOverlay(choices)),
    settings: {
      bucketing: choices.one(['murmur3', 'murmur3-cbor']),
      staticContext: choices.isLucky(0.3) ? randomObject(choices, () => randomJson(choices, 2)) : {},
    },
    context: hasBomb || choices.isLucky(0.01) ? heavyContext : randomContext(choices),
  };
}

function randomFlag(choices: Choices, targeting: unknown): unknown {
  return {
    state: choices.isLucky(0.97) ? 'ENABLED' : choices.one(['DISABLED', 'enabled', null]),
    variants: choices.isLucky(0.95) ? { on: true, off: false, a: true, '1': true } : randomJson(choices, 3),
    defaultVariant: choices.one(['on', 'off', null, '', undefined, 'nope']),
    targeting,
    metadata: choices.isLucky(0.2) ? randomJson(choices, 2) : {},
  };
}

function randomOverlay(choices: Choices): RolloutOverlay {
  const bucketBy = choices.one([...KEYS, ...PROTOTYPE_KEYS]);
  const audience = choices.isLucky(0.5) ? { audience: randomRule(choices, 3) as JsonValue } : {};
  return anOverlay({ bucketBy, control: choices.one(['on', 'off']), coverage: choices.below(100_001), ...audience });
}

function randomRule(choices: Choices, depth: number): unknown {
  if (depth === 0 || choices.isLucky(0.15)) return randomScalar(choices);
  if (choices.isLucky(0.3)) return { var: choices.isLucky(0.9) ? randomPath(choices) : randomRule(choices, depth - 1) };
  if (choices.isLucky(0.02)) return { $ref: choices.isLucky(0.9) ? 'a' : choices.one(['b', 'c', 'nope']) };
  if (choices.isLucky(0.005)) return randomJson(choices, depth);
  const operands = choices.some(4, () => randomRule(choices, depth - 1));
  const name = choices.isLucky(0.002) ? choices.one(['nope', ...PROTOTYPE_KEYS]) : choices.one(NAMES);
  if (name === 'fractional') return { fractional: [randomRule(choices, depth - 1), ...randomEntries(choices, depth)] };
  return { [name]: choices.isLucky(0.9) ? operands : (operands[0] ?? null) };
}

/** Half of the rules end in the name of a variant. */
function randomTargeting(choices: Choices): unknown {
  return choices.isLucky(0.5) ? { if: [randomRule(choices, 4), 'on', 'off'] } : randomRule(choices, 5);
}

function randomEntries(choices: Choices, depth: number): unknown[] {
  return choices.some(3, () => [
    choices.one(['on', 'off', null]),
    choices.isLucky(0.8) ? choices.below(100) : randomRule(choices, depth - 1),
  ]);
}

function randomPath(choices: Choices): unknown {
  const keys = choices.some(3, () => choices.one(choices.isLucky(0.8) ? KEYS : PROTOTYPE_KEYS));
  return choices.isLucky(0.05) ? randomScalar(choices) : keys.join('.');
}

function randomContext(choices: Choices): unknown {
  if (choices.isLucky(0.02)) return choices.one<unknown>([null, 7, 'x', [], ...ODDITIES]);
  return randomObject(choices, () =>
    choices.isLucky(0.05) ? choices.one<unknown>([...ODDITIES, HOLES, HOLES]) : randomJson(choices, 4),
  );
}

function randomJson(choices: Choices, depth: number): JsonValue {
  if (depth === 0 || choices.isLucky(0.4)) return randomScalar(choices);
  const member = () => randomJson(choices, depth - 1);
  return choices.isLucky(0.5) ? choices.some(5, member) : randomObject(choices, member);
}

function randomObject(choices: Choices, member: () => unknown): JsonObject {
  const keys = choices.some(6, () => choices.one(choices.isLucky(0.85) ? KEYS : PROTOTYPE_KEYS));
  // As JSON.parse does: every key becomes an own property, __proto__ too.
  const object: JsonObject = {};
  for (const key of keys) {
    Object.defineProperty(object, key, { value: member(), enumerable: true, writable: true, configurable: true });
  }
  return object;
}

function randomScalar(choices: Choices): JsonValue {
  if (choices.isLucky(0.01)) return choices.one(TEXTS).repeat(choices.below(5000));
  return choices.one<JsonValue>(choices.one<readonly JsonValue[]>([TEXTS, NUMBERS, [true, false, null]]));
}

const nested = (open: string, core: string, close: string, levels: number) =>
  JSON.parse(open.repeat(levels) + core + close.repeat(levels)) as unknown;
const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));
const repeated = (rule: unknown, count = 200) => ({ cat: times(count, () => rule) });

/** Far larger than what servers accept: what an application may hand to a provider by mistake. */
export const heavyContext = {
  targetingKey: 'u'.repeat(50_000),
  text: 'ab'.repeat(50_000),
  needle: `aa${'ab'.repeat(2000)}`,
  digits: '1'.repeat(100_000),
  wide: '😀'.repeat(20_000),
  spaces: ' '.repeat(100_000),
  versions: times(5000, (index) => `1.2.${index}-rc.${index}.a.b.c.d+build`),
  list: times(20_000, (index) => index),
  texts: times(20_000, () => ''),
  lists: times(3000, () => [1, 2, 3]),
  attributes: Object.fromEntries(times(5000, (index) => [`attribute-${index}`, index])),
  deepList: nested('[', '1', ']', 20_000),
  deep: nested('{"x":', '1', '}', 20_000),
};

const LIST = { var: 'list' };
const ITEM = { var: '' };
const loopIn = (body: unknown) => ({ map: [LIST, body] });

/** Rules that would take long if nothing limited them. */
export const BOMBS: readonly unknown[] = [
  loopIn(loopIn(loopIn(1))),
  { map: [LIST, { map: [times(1000, (index) => index), { '+': times(300, () => ITEM) }] }] },
  { reduce: [LIST, { cat: [{ var: 'accumulator' }, { var: 'accumulator' }] }, 'x'] },
  { reduce: [LIST, { merge: [{ var: 'accumulator' }, { var: 'accumulator' }] }, [1]] },
  { reduce: [LIST, [{ var: 'accumulator' }, { var: 'accumulator' }], 'x'] },
  { cat: [{ reduce: [times(30, () => 0), [{ var: 'accumulator' }, { var: 'accumulator' }], 'x'] }] },
  { all: [{ var: 'versions' }, { sem_ver: [ITEM, '<', '99999.0.0'] }] },
  { some: [{ var: 'versions' }, { sem_ver: ['1.0.0-a.b.c.d', { var: 'nothing' }, ITEM] }] },
  repeated({ in: ['zz', { var: 'text' }] }),
  repeated({ in: [{ var: 'needle' }, { var: 'text' }] }),
  repeated({ in: [-1, LIST] }),
  repeated({ '<': [{ var: 'digits' }, 7] }),
  repeated({ '==': [{ var: 'spaces' }, 7] }),
  repeated({ '===': [{ var: 'digits' }, { var: 'text' }] }),
  repeated({ '+': [{ var: 'digits' }] }),
  repeated({ max: [{ var: 'texts' }, { var: 'deepList' }] }),
  repeated({ substr: [{ var: 'texts' }, 0, 1] }),
  repeated({ substr: [{ var: 'text' }, -5, { var: 'digits' }] }),
  repeated({ merge: [LIST, LIST] }),
  repeated({ merge: [{ var: 'lists' }] }),
  repeated({ missing: LIST }),
  repeated({ missing: [{ merge: [{ var: 'versions' }, { var: 'versions' }] }] }),
  repeated({ missing_some: [1, { var: 'versions' }] }),
  repeated({ var: [{ var: 'text' }] }),
  repeated({ var: 'deep'.concat('.x'.repeat(2000)) }),
  repeated({ var: [{ cat: ['deep', '.x'.repeat(63)] }] }),
  repeated({ cat: [{ var: '' }] }),
  repeated({ cat: [{ var: 'texts' }, { var: 'lists' }] }),
  repeated({ fractional: [['on', 1]] }),
  repeated({ fractional: [{ var: 'text' }, ['on', 1]] }),
  repeated({ fractional: [{ var: 'wide' }, ['on', 1]] }),
  repeated({ fractional: [{ cat: ['salt', { var: 'wide' }] }, ['on', 1]] }),
  repeated({ fractional: [{ var: 'attributes' }, ['on', 1]] }),
  repeated({ fractional: [{ var: 'deep' }, ['on', 1]] }),
  repeated({ fractional: [{ var: '' }, ['on', 1]] }),
  { or: times(900, () => ({ '!': [{ var: 'text' }] })) },
  nested('{"!":', 'true', '}', 20_000),
  nested('[', '', ']', 20_000),
  { if: [nested('{"$ref":', '"a"', '}', 20_000), 'on'] },
];
