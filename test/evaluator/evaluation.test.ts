import { describe, expect, it } from 'vitest';
import type { EvaluationContext } from '../../domain/index.ts';
import { evaluate, evaluateAll, requireType } from '../../evaluator/index.ts';
import golden from './golden/evaluations.json' with { type: 'json' };
import { detailsOf, NOW_MS, snapshotOf } from './support.ts';

const metadata = { flagSetId: 'set', owner: 'set', removed: null };
const flags = {
  static: { state: 'ENABLED', variants: { on: true }, defaultVariant: 'on', metadata: { owner: 'flag', more: null } },
  disabled: { state: 'DISABLED', variants: { on: true }, defaultVariant: 'on' },
  codeDefault: { state: 'ENABLED', variants: { on: true } },
  broken: { state: 'ENABLED', variants: { on: true }, targeting: { nope: [] } },
  targeted: { state: 'ENABLED', variants: { on: true }, targeting: { var: 'x' } },
};

describe('Evaluating one flag', () => {
  for (const { title, flag, context, expected } of golden) {
    it(title, () => {
      const { flagKey, flagMetadata, errorMessage, value, ...details } = detailsOf(flag, context);
      expect({ ...details, ...(value === undefined ? {} : { value }) }).toStrictEqual(expected);
      expect(flagKey).toBe('flag');
      expect(flagMetadata).toEqual({});
      expect(errorMessage !== undefined).toBe('errorCode' in expected);
    });
  }

  it('answers FLAG_NOT_FOUND with the metadata of the set, also for inherited names', () => {
    const snapshot = snapshotOf({ flags, metadata });
    for (const key of ['nope', 'constructor', '__proto__', 'toString', '']) {
      expect(evaluate(snapshot, key, {}, NOW_MS)).toMatchObject({
        flagKey: key,
        value: undefined,
        reason: 'ERROR',
        errorCode: 'FLAG_NOT_FOUND',
        flagMetadata: { flagSetId: 'set', owner: 'set' },
      });
    }
  });

  it('merges metadata of set and flag, leaving out null, for failed and disabled flags too', () => {
    const snapshot = snapshotOf({ flags, metadata });
    const metadataOf = (key: string) => evaluate(snapshot, key, {}, NOW_MS).flagMetadata;
    expect(metadataOf('static')).toEqual({ flagSetId: 'set', owner: 'flag' });
    for (const key of ['disabled', 'broken', 'targeted', 'codeDefault']) {
      expect(metadataOf(key)).toEqual({ flagSetId: 'set', owner: 'set' });
    }
  });

  it('says what is wrong, and where, when targeting does not compile', () => {
    const targeting = { if: [{ '==': [1, { nope: 2 }] }, 'on'] };
    expect(detailsOf({ ...flags.targeted, targeting }).errorMessage).toMatch(
      /^\/targeting\/if\/0\/==\/1: Unknown operator "nope"/,
    );
  });

  it('hands out the same frozen answer again, so that nobody can change it for others', () => {
    const snapshot = snapshotOf({ flags: { flag: { ...flags.static, variants: { on: { list: [1] } } } } });
    const details = evaluate(snapshot, 'flag', {}, NOW_MS);
    expect(evaluate(snapshot, 'flag', {}, NOW_MS)).toBe(details);
    expect(Object.isFrozen(details)).toBe(true);
    expect(() => (details.value as unknown as { list: number[] }).list.push(2)).toThrow(TypeError);
  });

  it('does not freeze or change the definition that it was given', () => {
    const definition = { state: 'ENABLED', variants: { on: { list: [1] } }, defaultVariant: 'on' };
    detailsOf(definition);
    expect(Object.isFrozen(definition.variants.on.list)).toBe(false);
  });
});

describe('Shared rules', () => {
  const flag = (targeting: unknown) => ({
    state: 'ENABLED',
    variants: { on: true, off: false },
    defaultVariant: 'off',
    targeting,
  });
  const valueWith = ($evaluators: unknown, targeting: unknown, context: EvaluationContext = {}) =>
    evaluate(snapshotOf({ flags: { flag: flag(targeting) }, $evaluators }), 'flag', context, NOW_MS);

  it('stand where they are referred to, also inside each other and as operands', () => {
    const evaluators = {
      pro: { '==': [{ var: 'plan' }, 'pro'] },
      both: { and: [{ $ref: 'pro' }, true] },
      operands: [{ $ref: 'both' }, 'on'],
    };
    expect(valueWith(evaluators, { if: { $ref: 'operands' } }, { plan: 'pro' }).variant).toBe('on');
    expect(valueWith(evaluators, { if: [{ $ref: 'both' }, 'on'] }, { plan: 'free' }).variant).toBe('off');
  });

  it('may not refer to themselves by any way', () => {
    const evaluators = { a: { '!': { $ref: 'b' } }, b: { '!!': { $ref: 'a' } }, self: { $ref: 'self' } };
    for (const name of ['a', 'b', 'self']) {
      expect(valueWith(evaluators, { if: [{ $ref: name }, 'on'] })).toMatchObject({
        errorCode: 'PARSE_ERROR',
        errorMessage: expect.stringContaining('circle'),
      });
    }
  });

  it('count with their full size', () => {
    const level = (name: string) => ({ and: Array.from({ length: 10 }, () => ({ $ref: name })) });
    const evaluators = { leaf: { var: 'x' }, ten: level('leaf'), hundred: level('ten'), thousand: level('hundred') };
    expect(valueWith(evaluators, { if: [{ $ref: 'hundred' }, 'on'] }).errorCode).toBeUndefined();
    expect(valueWith(evaluators, { if: [{ $ref: 'thousand' }, 'on'] }).errorCode).toBe('PARSE_ERROR');
  });

  it('are own properties only', () => {
    expect(valueWith({}, { if: [{ $ref: 'constructor' }, 'on'] }).errorCode).toBe('PARSE_ERROR');
  });
});

describe('Evaluating all flags', () => {
  it('includes disabled, code-default and failed flags, in the order of the set', () => {
    const all = evaluateAll(snapshotOf({ flags }), { x: 'on' }, NOW_MS);
    expect(all.map(({ flagKey, reason }) => [flagKey, reason])).toEqual([
      ['static', 'STATIC'],
      ['disabled', 'DISABLED'],
      ['codeDefault', 'DEFAULT'],
      ['broken', 'ERROR'],
      ['targeted', 'TARGETING_MATCH'],
    ]);
  });

  it('leaves out flags whose metadata, merged with those of the set, are not accepted', () => {
    const variants = { on: true };
    const marked = (metadata: object) => ({ state: 'ENABLED', variants, metadata });
    const set = {
      flags: { yes: marked({}), no: marked({ clientVisible: false }), also: marked({ clientVisible: true }) },
    };
    const seenIn = (flagSet: object) =>
      evaluateAll(snapshotOf(flagSet), {}, NOW_MS, (metadata) => metadata['clientVisible'] === true).map(
        ({ flagKey }) => flagKey,
      );
    expect(seenIn({ ...set, metadata: { clientVisible: true } })).toEqual(['yes', 'also']);
    expect(seenIn(set)).toEqual(['also']);
  });
});

describe('Asking for a type', () => {
  const typed = (value: unknown) => detailsOf({ state: 'ENABLED', variants: { v: value }, defaultVariant: 'v' });
  const types = { boolean: false, string: '', number: 0, object: {} } as const;

  it('passes values of the type, and no value at all', () => {
    for (const [type, value] of Object.entries(types)) {
      const details = typed(value);
      expect(requireType(details, type as keyof typeof types)).toBe(details);
      const none = detailsOf({ state: 'DISABLED', variants: { v: value } });
      expect(requireType(none, type as keyof typeof types)).toBe(none);
    }
  });

  it('answers TYPE_MISMATCH with both types named for any other', () => {
    for (const [type, value] of Object.entries(types)) {
      for (const asked of Object.keys(types).filter((other) => other !== type)) {
        const { variant, ...details } = requireType(typed(value), asked as keyof typeof types);
        expect(variant).toBeUndefined();
        expect(details).toMatchObject({ value: undefined, reason: 'ERROR', errorCode: 'TYPE_MISMATCH' });
        expect(details.errorMessage).toContain(type);
        expect(details.errorMessage).toContain(asked);
      }
    }
  });
});
