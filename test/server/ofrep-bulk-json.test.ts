import { describe, expect, it } from 'vitest';
import type { EvaluationContext, RolloutOverlay } from '../../domain/index.ts';
import { DEFAULT_SETTINGS } from '../../domain/index.ts';
import { compileSnapshot, evaluateAll } from '../../evaluator/index.ts';
import { bulkJson } from '../../server/http/ofrep/bulk-json.ts';
import { aFlag } from './builders.ts';

const ALICE = { targetingKey: 'alice' };
const NOON_MS = 1_800_000_000_000;
const SET_METADATA = { owner: 'shop', tier: 1 };
const END = '],"metadata":{"version":"7"}}';

const TO_EVERYBODY: RolloutOverlay = {
  rollout: 'new-thing',
  flag: 'thing',
  generation: 1,
  control: 'off',
  treatments: [{ variant: 'on', split: 100_000 }],
  coverage: 100_000,
  bucketBy: 'targetingKey',
  salt: 'thing/new-thing/',
  isMeasured: true,
  windowMs: 10_000,
  attributionMs: 30_000,
  segments: [],
  metrics: [],
};

/** One constant flag per value, and what is answered for it. */
const VALUES = {
  boolean: false,
  zero: 0,
  fraction: -1.5e-7,
  emptyText: '',
  quotes: 'say "hi" \\ \n\t\u0001',
  accents: 'zażółć ü',
  emoji: '😀',
  halfASurrogatePair: 'a\ud83d',
  otherHalf: '\ude00z',
  lineSeparators: '\u2028\u2029',
  emptyObject: {},
  object: { list: [1, 'two', null, { three: '3️⃣' }], '': { 'ключ "x"': true } },
};

const compile = (flags: Readonly<Record<string, unknown>>, metadata: object = SET_METADATA) =>
  compileSnapshot({
    environment: 'production',
    epoch: 1,
    version: 7,
    flagSet: { flags, metadata } as never,
    rollouts: [TO_EVERYBODY],
    settings: DEFAULT_SETTINGS,
  });
const textOf = (compiled: ReturnType<typeof compile>, context: EvaluationContext = ALICE) =>
  bulkJson(evaluateAll(compiled, context, NOON_MS), Buffer.from(END)).toString('utf8');
const expected = (flags: readonly object[]) => JSON.stringify({ flags, metadata: { version: '7' } });

describe('the bytes of a bulk answer', () => {
  it('are the JSON of values of every type', () => {
    const flags = Object.entries(VALUES).map(([key, value]) => [key, { ...aFlag(), variants: { off: value } }]);
    const answers = Object.entries(VALUES).map(([key, value]) => {
      return { key, reason: 'STATIC', variant: 'off', value, metadata: SET_METADATA };
    });
    expect(textOf(compile(Object.fromEntries(flags)))).toBe(expected(answers));
  });

  it('are the JSON of every outcome, in the order of the flag set', () => {
    const compiled = compile({
      matched: aFlag({ targeting: { if: [{ '==': [{ var: 'targetingKey' }, 'alice'] }, 'on', null] } }),
      unmatched: aFlag({ targeting: { if: [{ '==': [{ var: 'targetingKey' }, 'bob'] }, 'on', null] } }),
      thing: aFlag(),
      codeDefault: { state: 'ENABLED', variants: { on: true } },
      disabled: aFlag({ state: 'DISABLED' }),
      noVariant: aFlag({ targeting: { cat: ['no "such" ', '😀'] } }),
      broken: aFlag({ targeting: { noSuchOperator: [] } }),
      last: aFlag({ metadata: { tier: 2, clientVisible: true } }),
    });
    const metadata = SET_METADATA;
    expect(textOf(compiled)).toBe(
      expected([
        { key: 'matched', reason: 'TARGETING_MATCH', variant: 'on', value: true, metadata },
        { key: 'unmatched', reason: 'DEFAULT', variant: 'off', value: false, metadata },
        { key: 'thing', reason: 'TARGETING_MATCH', variant: 'on', value: true, metadata },
        { key: 'codeDefault', reason: 'DEFAULT', metadata },
        { key: 'disabled', reason: 'DISABLED', metadata },
        {
          key: 'noVariant',
          errorCode: 'GENERAL',
          errorDetails: 'The targeting yields "no "such" 😀"; it has to name one of the variants.',
          metadata,
        },
        {
          key: 'broken',
          errorCode: 'PARSE_ERROR',
          errorDetails: evaluateAll(compiled, ALICE, NOON_MS)[6]?.errorMessage,
          metadata,
        },
        {
          key: 'last',
          reason: 'STATIC',
          variant: 'off',
          value: false,
          metadata: { ...metadata, tier: 2, clientVisible: true },
        },
      ]),
    );
  });

  it('are those of the context, whatever was asked before', () => {
    const byKey = aFlag({ targeting: { if: [{ '==': [{ var: 'targetingKey' }, 'alice'] }, 'on', null] } });
    const compiled = compile({ first: byKey, second: aFlag(), third: byKey });
    const first = textOf(compiled);
    const other = textOf(compiled, { targetingKey: 'bob' });
    expect(JSON.parse(first).flags.map(({ value }: { readonly value: boolean }) => value)).toEqual([true, false, true]);
    expect(JSON.parse(other).flags.map(({ value }: { readonly value: boolean }) => value)).toEqual([
      false,
      false,
      false,
    ]);
    expect(textOf(compiled)).toBe(first);
  });

  it('are one failure per flag when the context cannot be read', () => {
    const hostile = Object.defineProperty({}, 'targetingKey', {
      get: () => {
        throw new Error('no');
      },
    });
    const byKey = aFlag({ targeting: { if: [{ var: 'targetingKey' }, 'on', null] } });
    const failure = { errorCode: 'GENERAL', errorDetails: 'The context cannot be read.', metadata: {} };
    expect(textOf(compile({ first: byKey, second: aFlag() }, {}), hostile as EvaluationContext)).toBe(
      expected([
        { key: 'first', ...failure },
        { key: 'second', reason: 'STATIC', variant: 'off', value: false, metadata: {} },
      ]),
    );
  });

  it('are a list of nothing without flags', () => {
    expect(textOf(compile({}))).toBe(expected([]));
  });

  it('share no memory with others, so that a body that is kept keeps nothing else', () => {
    const body = bulkJson(evaluateAll(compile({ only: aFlag() }), ALICE, NOON_MS), Buffer.from(END));
    expect(body.buffer.byteLength).toBe(body.length);
  });
});
