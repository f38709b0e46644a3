import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkEvaluators, checkFlag, checkTargeting } from '../../evaluator/index.ts';
import { flagdFlagSet } from './flagd-arbitraries.ts';
import { detailsOf } from './support.ts';

const aFlag = (changes: object = {}) => ({
  state: 'ENABLED',
  variants: { on: true, off: false },
  defaultVariant: 'on',
  ...changes,
});
const pathsOf = (definition: unknown) => checkFlag('flag', definition).map(({ path }) => path);
const parsed = (text: string) => JSON.parse(text) as unknown;

describe('A flag that may be written', () => {
  it('is any of flagd, of any type, in any state, with and without its optional parts', () => {
    for (const definition of [
      aFlag(),
      aFlag({ state: 'DISABLED', targeting: null, metadata: { owner: 'a', weight: 1.5, isOld: true } }),
      { state: 'ENABLED', variants: { 'größe 1/~2': 'x', y: '' }, defaultVariant: null },
      { state: 'ENABLED', variants: { a: 1, b: -0.5 }, defaultVariant: '', targeting: {} },
      { state: 'ENABLED', variants: { a: {}, b: { list: [1, null, { x: 'y' }] } }, targeting: { var: 'x' } },
    ]) {
      expect(checkFlag('flag/key 1', definition)).toEqual([]);
    }
  });

  it('never answers PARSE_ERROR afterwards, and only such a flag does not', () => {
    const seen = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(flagdFlagSet, (flagSet) => {
        for (const definition of Object.values(flagSet['flags'] as Record<string, object>)) {
          const enabled = { ...definition, state: 'ENABLED' };
          const isAccepted = checkFlag('flag', enabled, flagSet['$evaluators']).length === 0;
          expect(detailsOf(enabled, {}, flagSet['$evaluators']).errorCode === 'PARSE_ERROR').toBe(!isAccepted);
          seen[isAccepted ? 'accepted' : 'refused']++;
        }
      }),
      { seed: 61, numRuns: 300 },
    );
    expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(50);
  });
});

describe('A flag is refused', () => {
  it.each([
    ['state', '/state', aFlag({ state: 'enabled' })],
    ['missing state', '/state', { variants: { on: true } }],
    ['missing variants', '/variants', { state: 'ENABLED' }],
    ['no variants', '/variants', { state: 'ENABLED', variants: {} }],
    ['variants in a list', '/variants', { state: 'ENABLED', variants: [true] }],
    ['a variant of null', '/variants/on', aFlag({ variants: { on: null } })],
    ['a variant that is a list', '/variants/on', aFlag({ variants: { on: [1] } })],
    ['variants of two types', '/variants', aFlag({ variants: { on: true, off: 'x' } })],
    ['an empty variant name', '/variants/', aFlag({ variants: { on: true, '': false } })],
    ['a control character in a variant name', '/variants/a\u0007', aFlag({ variants: { on: true, 'a\u0007': false } })],
    ['a default that is no variant', '/defaultVariant', aFlag({ defaultVariant: 'nope' })],
    ['a default of another type', '/defaultVariant', aFlag({ defaultVariant: true })],
    ['an inherited default', '/defaultVariant', aFlag({ defaultVariant: 'toString' })],
    ['targeting that is text', '/targeting', aFlag({ targeting: 'on' })],
    ['an unknown operator', '/targeting/if/0', aFlag({ targeting: { if: [{ nope: 1 }, 'on'] } })],
    ['two operators in one object', '/targeting', aFlag({ targeting: { var: 'x', cat: [] } })],
    ['an unknown shared rule', '/targeting/!/0', aFlag({ targeting: { '!': [{ $ref: 'nope' }] } })],
    ['nested metadata', '/metadata/a', aFlag({ metadata: { a: {} } })],
    ['metadata of null', '/metadata/a', aFlag({ metadata: { a: null } })],
    ['metadata in a list', '/metadata', aFlag({ metadata: [] })],
    ['a misspelt field', '/defaultvariant', aFlag({ defaultvariant: 'off' })],
    ['a number beyond 2^53 - 1', '/variants/a', aFlag({ variants: { a: 2 ** 53 }, defaultVariant: 'a' })],
    ['U+0000', '/variants/a', aFlag({ variants: { a: 'x\u0000' }, defaultVariant: 'a' })],
    ['half a surrogate pair', '/variants/a', aFlag({ variants: { a: 'x\ud800' }, defaultVariant: 'a' })],
    ['a slash and a tilde in the path', '/variants/a~1b~0', aFlag({ variants: { on: true, 'a/b~': null } })],
    ['undefined inside', '/variants/a/x', aFlag({ variants: { a: { x: undefined } }, defaultVariant: 'a' })],
    ['a list', '', []],
    ['null', '', null],
    ['text', '', 'flag'],
  ])('for %s, at %j', (_title, path, definition) => {
    expect(pathsOf(definition)).toContain(path);
  });

  it.each(['__proto__', 'constructor', 'prototype'])('for the name %s anywhere', (name) => {
    const key = JSON.stringify(name);
    expect(checkFlag(name, aFlag())).not.toEqual([]);
    for (const text of [
      `{"state":"ENABLED","variants":{${key}:true}}`,
      `{"state":"ENABLED","variants":{"a":{"b":[{${key}:1}]}}}`,
      `{"state":"ENABLED","variants":{"a":true},"metadata":{${key}:1}}`,
      `{"state":"ENABLED","variants":{"a":true},"targeting":{${key}:1}}`,
    ]) {
      expect(checkFlag('flag', parsed(text))).not.toEqual([]);
    }
    expect(checkEvaluators(parsed(`{${key}:true}`))).not.toEqual([]);
  });

  it('for its size', () => {
    const variants = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`v${index}`, index]));
    expect(checkFlag('flag', { state: 'ENABLED', variants: variants(100) })).toEqual([]);
    expect(pathsOf({ state: 'ENABLED', variants: variants(101) })).toEqual(['/variants']);
    const withText = (length: number) => ({ state: 'ENABLED', variants: { a: 'é'.repeat(length) } });
    expect(checkFlag('flag', withText(32_000))).toEqual([]);
    expect(checkFlag('flag', withText(33_000))[0]!.message).toMatch(/66\d\d\d bytes as JSON; the limit is 65536/);
    expect(pathsOf(aFlag({ targeting: { cat: ['x'.repeat(4097)] } }))).toEqual(['/targeting/cat/0']);
    expect(pathsOf(aFlag({ targeting: { or: Array.from({ length: 1000 }, () => 1) } }))).toEqual(['/targeting/or/999']);
    const metadata = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`m${index}`, 1]));
    expect(pathsOf(aFlag({ metadata }))).toEqual(['/metadata']);
  });

  it('for its key', () => {
    for (const key of ['', 'a\u0000b', 'a\nb', 'a\u007f', 'x'.repeat(257), '\ud800', 7 as unknown as string]) {
      expect(checkFlag(key, aFlag())[0]?.path).toBe('');
    }
    for (const key of ['a', 'x'.repeat(256), 'größe', '😀', 'a/b c', '$x']) expect(checkFlag(key, aFlag())).toEqual([]);
  });

  it('with every violation told, up to a limit, and with the fix', () => {
    const violations = checkFlag('', { state: 1, variants: { a: true, b: 1 }, defaultVariant: 'c', x: 1 });
    expect(violations.map(({ path }) => path)).toEqual(['', '/state', '/defaultVariant', '/x', '/variants']);
    for (const { message } of violations) expect(message).toMatch(/[.]$/);
    const many = checkFlag('flag', aFlag({ targeting: { and: Array.from({ length: 500 }, () => ({ nope: 1 })) } }));
    expect(many).toHaveLength(20);
  });
});

describe('A condition', () => {
  it('may be any rule, and may refer to shared rules', () => {
    for (const rule of [true, null, 'x', { var: 'x' }, { $ref: 'pro' }, [1, { var: 'x' }]]) {
      expect(checkTargeting(rule, { pro: { var: 'x' } })).toEqual([]);
    }
  });

  it('is refused with the place of what is wrong', () => {
    expect(checkTargeting({ and: [true, { equals: [1, 1] }] })[0]!.path).toBe('/and/1');
    expect(checkTargeting({ and: [true, { $ref: 'pro' }] })[0]!.path).toBe('/and/1');
    expect(checkTargeting(undefined)[0]!.path).toBe('');
    expect(checkTargeting({ var: 'x\u0000' })[0]!.path).toBe('/var');
  });
});

describe('Shared rules', () => {
  it('may be conditions, lists and rules over each other', () => {
    expect(checkEvaluators({})).toEqual([]);
    expect(
      checkEvaluators({ a: { var: 'x' }, list: ['de', 'fr'], b: { in: [{ $ref: 'a' }, { $ref: 'list' }] } }),
    ).toEqual([]);
  });

  it('are refused for circles, unknown references, names and form', () => {
    expect(checkEvaluators({ a: { '!': { $ref: 'a' } } })).toEqual([
      { path: '/a/!', message: 'In shared rule "a": The shared rules refer to each other in a circle: a → a.' },
    ]);
    expect(checkEvaluators({ a: { $ref: 'b' } })[0]).toEqual({
      path: '/a',
      message: 'There is no shared rule "b" in $evaluators.',
    });
    expect(checkEvaluators({ '': true })[0]!.path).toBe('/');
    for (const evaluators of [null, [], 'x']) expect(checkEvaluators(evaluators)[0]!.path).toBe('');
    const many = Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`e${index}`, true]));
    expect(checkEvaluators(many)[0]!.message).toContain('1001');
  });
});
