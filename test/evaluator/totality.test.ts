import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EvaluationContext } from '../../domain/index.ts';
import {
  checkEvaluators,
  checkFlag,
  checkTargeting,
  evaluate,
  evaluateAll,
  requireType,
} from '../../evaluator/index.ts';
import { OPERATORS } from '../../evaluator/operators/index.ts';
import { detailsOf, NOW_MS, snapshotOf } from './support.ts';

const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '$ref',
  '$flagd',
  'length',
  '',
  'a',
  'flag',
];
const name = fc.oneof(fc.constantFrom(...NAMES), fc.string({ unit: 'binary', maxLength: 6 }));
const scalar = fc.oneof(
  name,
  fc.constantFrom(null, true, false, 0, -0, 1e308, -1e308, 2 ** 53, 5e-324),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** Any JSON as JSON.parse makes it, `__proto__` as an own key included; often in the form of a rule. */
const { json } = fc.letrec<{ json: unknown; text: string }>((tie) => {
  const list = fc.array(tie('text'), { maxLength: 4 }).map((texts) => `[${texts.join(',')}]`);
  const object = (key: fc.Arbitrary<string>, maxLength: number) =>
    fc
      .array(fc.tuple(key, fc.oneof(list, tie('text'))), { maxLength })
      .map((members) => `{${members.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(',')}}`);
  return {
    text: fc.oneof(
      { maxDepth: 6, depthSize: 'medium' },
      scalar.map((value) => JSON.stringify(value)),
      list,
      object(fc.oneof(name, fc.constantFrom('var', 'if', 'in')), 3),
      object(fc.constantFrom(...OPERATORS.keys(), '$ref'), 1),
      object(fc.constantFrom(...OPERATORS.keys(), '$ref'), 1),
    ),
    json: tie('text').map((text): unknown => JSON.parse(text)),
  };
});

const almostFlag = fc.record(
  {
    state: fc.oneof({ arbitrary: fc.constant<unknown>('ENABLED'), weight: 9 }, json),
    variants: fc.oneof({ arbitrary: fc.constant<unknown>({ on: true, off: { x: [1] } }), weight: 9 }, json),
    defaultVariant: fc.oneof(fc.constantFrom<unknown>('on', null), json),
    targeting: json,
    metadata: json,
  },
  { requiredKeys: ['state', 'variants'] },
);

const REASONS = ['STATIC', 'DEFAULT', 'TARGETING_MATCH', 'DISABLED', 'ERROR'];

describe('Evaluation is total:', () => {
  it('any JSON as definition, shared rules, metadata and context gives details', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(
        fc.oneof(almostFlag, json),
        almostFlag,
        json,
        json,
        json,
        (flag, other, $evaluators, metadata, context) => {
          const flagSet = { flags: { flag, other }, $evaluators, metadata };
          for (const details of evaluateAll(snapshotOf(flagSet), context as EvaluationContext, NOW_MS)) {
            expect(REASONS).toContain(details.reason);
            expect(details.reason === 'ERROR').toBe(details.errorCode !== undefined);
            requireType(details, 'boolean');
            const outcome = String(details.errorCode ?? details.reason);
            seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
          }
          checkFlag('flag', flag, $evaluators);
          checkEvaluators($evaluators);
          checkTargeting(context, $evaluators);
        },
      ),
      { seed: 51, numRuns: 5000 },
    );
    for (const outcome of ['STATIC', 'DEFAULT', 'GENERAL', 'PARSE_ERROR'])
      expect(seen.get(outcome) ?? 0).toBeGreaterThan(100);
  });

  it('the same definition and context give the same details again', () => {
    fc.assert(
      fc.property(almostFlag, json, (flag, context) => {
        const first = detailsOf(flag, context);
        expect(detailsOf(structuredClone(flag), structuredClone(context))).toEqual(first);
      }),
      { seed: 52, numRuns: 1000 },
    );
  });

  it('what evaluation is given stays as it was', () => {
    fc.assert(
      fc.property(almostFlag, json, json, (flag, $evaluators, context) => {
        const before = JSON.stringify([flag, $evaluators, context]);
        evaluateAll(snapshotOf({ flags: { flag }, $evaluators }), context as EvaluationContext, NOW_MS);
        expect(JSON.stringify([flag, $evaluators, context])).toBe(before);
      }),
      { seed: 53, numRuns: 1000 },
    );
  });

  it('contexts that are no JSON give details too', () => {
    const throwing = Object.defineProperty({}, 'x', { enumerable: true, get: () => expect.unreachable() });
    const trap = new Proxy({}, { getOwnPropertyDescriptor: () => expect.unreachable() });
    const contexts = [
      undefined,
      null,
      7,
      'x',
      [],
      () => 1,
      { x: Symbol('s') },
      { x: 1n },
      { x: new Date(0) },
      { x: () => 1 },
      throwing,
      trap,
    ];
    const rules = [
      { var: 'x' },
      { cat: [{ var: 'x' }] },
      { '<': [{ var: 'x' }, 1] },
      { '+': [{ var: 'x' }, 1] },
      { var: '' },
      { fractional: [{ var: 'x' }, ['on', 1]] },
    ];
    for (const context of contexts) {
      for (const targeting of rules) {
        const details = detailsOf({ state: 'ENABLED', variants: { on: true }, targeting }, context);
        expect(['DEFAULT', 'ERROR', 'TARGETING_MATCH']).toContain(details.reason);
      }
    }
  });

  it('keys and times of any kind give details too', () => {
    const targeting = { fractional: [{ var: 'k' }, ['on', { var: '$flagd.timestamp' }]] };
    const snapshot = snapshotOf({ flags: { flag: { state: 'ENABLED', variants: { on: true }, targeting } } });
    for (const key of [undefined, null, 7, {}, Symbol('s')]) {
      expect(evaluate(snapshot, key as string, {}, NOW_MS).errorCode).toBe('FLAG_NOT_FOUND');
    }
    for (const nowMs of [Number.NaN, Number.POSITIVE_INFINITY, -1, 1e300]) {
      expect(evaluate(snapshot, 'flag', { k: 'x' }, nowMs).reason).toBe('DEFAULT');
    }
  });
});

describe('Depth and size are limited:', () => {
  const brackets = (open: string, core: string, close: string) =>
    JSON.parse(open.repeat(50_000) + core + close.repeat(50_000)) as unknown;
  const flagOf = (targeting: unknown) => ({
    state: 'ENABLED',
    variants: { on: true, off: false },
    defaultVariant: 'off',
    targeting,
  });

  it('50 000 brackets break the flag and are refused, wherever they stand', () => {
    for (const deep of [brackets('[', '', ']'), brackets('{"!":', 'true', '}'), brackets('{"$ref":', '"x"', '}')]) {
      for (const targeting of [{ if: [deep, 'on'] }, { if: deep }, { cat: [deep] }]) {
        expect(detailsOf(flagOf(targeting)).errorCode).toBe('PARSE_ERROR');
        expect(checkFlag('flag', flagOf(targeting))).not.toEqual([]);
      }
      const variants = { on: { deep } };
      expect(detailsOf({ ...flagOf(null), variants, defaultVariant: 'on' }).errorCode).toBe('PARSE_ERROR');
      expect(checkTargeting(deep)).not.toEqual([]);
      expect(checkEvaluators({ deep })).not.toEqual([]);
    }
  });

  it('50 000 brackets in a context are no trouble', () => {
    const context = { list: brackets('[', '"x"', ']'), object: brackets('{"x":', '1', '}') };
    for (const path of [
      'list',
      'object',
      'list.0.0.0',
      'object.x.x',
      Array.from({ length: 2000 }, () => 'x').join('.'),
    ]) {
      for (const targeting of [{ cat: [{ var: path }] }, { '<': [{ var: path }, 1] }, { in: ['x', { var: path }] }]) {
        expect(['GENERAL', undefined]).toContain(detailsOf(flagOf(targeting), context).errorCode);
      }
    }
  });

  it('deeply nested metadata and unchanged deep flags are survived when recompiling', () => {
    const flag = { ...flagOf({ if: [brackets('[', '', ']'), 'on'] }), metadata: { deep: brackets('[', '', ']') } };
    const first = snapshotOf({ flags: { flag } });
    const again = snapshotOf(
      { flags: { flag: { ...flag, targeting: { if: [brackets('[', '', ']'), 'on'] } } } },
      [],
      first,
    );
    expect(evaluate(again, 'flag', {}, NOW_MS).errorCode).toBe('PARSE_ERROR');
  });

  it('16 levels of operators are read, 17 are not', () => {
    const nested = (levels: number): unknown => (levels === 0 ? true : { '!': [nested(levels - 1)] });
    expect(detailsOf(flagOf({ if: [nested(15), 'on', 'off'] })).errorCode).toBeUndefined();
    expect(detailsOf(flagOf({ if: [nested(16), 'on', 'off'] })).errorMessage).toContain('deeper than 16 levels');
  });

  it('1 000 nodes are read, 1 001 are not', () => {
    const wide = (nodeCount: number) => ({ or: Array.from({ length: nodeCount - 1 }, () => 'on') });
    expect(detailsOf(flagOf(wide(1000))).variant).toBe('on');
    expect(detailsOf(flagOf(wide(1001))).errorMessage).toContain('more than 1000 nodes');
  });

  it('lists of 1 000 values are read, longer ones are not', () => {
    const ids = (count: number) => ({
      if: [{ in: [{ var: 'id' }, Array.from({ length: count }, (_, id) => id)] }, 'on', 'off'],
    });
    expect(detailsOf(flagOf(ids(1000)), { id: 999 }).variant).toBe('on');
    expect(detailsOf(flagOf(ids(1001)), { id: 999 }).errorMessage).toContain('1001 values');
  });

  it('references cannot blow a rule up', () => {
    const evaluators = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [
        `e${index}`,
        { or: [{ $ref: `e${index + 1}` }, { $ref: `e${index + 1}` }] },
      ]),
    );
    const chain = Object.fromEntries(
      Array.from({ length: 50_000 }, (_, index) => [`c${index}`, { $ref: `c${index + 1}` }]),
    );
    const snapshot = snapshotOf({
      flags: { bomb: flagOf({ if: [{ $ref: 'e0' }, 'on'] }), chain: flagOf({ if: [{ $ref: 'c0' }, 'on'] }) },
      $evaluators: { ...evaluators, ...chain },
    });
    expect(evaluate(snapshot, 'bomb', {}, NOW_MS).errorCode).toBe('PARSE_ERROR');
    expect(evaluate(snapshot, 'chain', {}, NOW_MS).errorCode).toBe('PARSE_ERROR');
  });
});
