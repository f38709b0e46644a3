import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type EvaluationContext,
  type FlagDefinition,
  intendedShares,
  type JsonObject,
  type RolloutOverlay,
  SHARE_TOTAL,
} from '../../domain/index.ts';
import { evaluate, lowerFlagSet, lowerRollout } from '../../evaluator/index.ts';
import { answerOfFlagd, answerOfOurs, flagdOver } from './flagd.ts';
import { anOverlay, NOW_MS, resultOf, snapshotOf } from './support.ts';

const VARIANTS = ['old', 'new', 'newer', 'newest', 'last', 'true', '2'];
const aFlag = (changes: Partial<FlagDefinition> = {}): FlagDefinition => ({
  state: 'ENABLED',
  variants: Object.fromEntries(VARIANTS.map((variant) => [variant, `value of ${variant}`])),
  defaultVariant: 'old',
  ...changes,
});
const served = (flag: FlagDefinition, overlays: readonly RolloutOverlay[], context: EvaluationContext) =>
  evaluate(snapshotOf({ flags: { flag } }, overlays), 'flag', context, NOW_MS);
const users = Array.from({ length: 2000 }, (_, index): EvaluationContext => ({ targetingKey: `user-${index}` }));

/** Positive shares of so many treatments that sum to SHARE_TOTAL. */
const splitInto = (count: number) =>
  fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: count, maxLength: count }).map((weights) => {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const shares = weights.map((weight) => Math.max(1, Math.floor((weight * SHARE_TOTAL) / total)));
    return shares.with(0, shares[0]! + SHARE_TOTAL - shares.reduce((sum, share) => sum + share, 0));
  });
const split = fc.integer({ min: 1, max: 5 }).chain(splitInto);
const coverage = fc.oneof(fc.integer({ min: 0, max: SHARE_TOTAL }), fc.constantFrom(0, 1, 50_000, SHARE_TOTAL));
const treatmentsOf = (shares: readonly number[]) =>
  shares.map((share, index) => ({ variant: VARIANTS[index + 1]!, split: share }));

describe('A rollout on a flag without targeting', () => {
  it('serves slot by slot the share of each treatment, and control to the rest', () => {
    const overlay = anOverlay({
      treatments: [
        { variant: 'new', split: 60_000 },
        { variant: 'newer', split: 40_000 },
      ],
      coverage: 50_000,
    });
    const counts = new Map<string, number>();
    const many = Array.from({ length: 20_000 }, (_, index) => ({ targetingKey: `u${index}` }));
    const snapshot = snapshotOf({ flags: { flag: aFlag() } }, [overlay]);
    for (const user of many) {
      const variant = evaluate(snapshot, 'flag', user, NOW_MS).variant!;
      counts.set(variant, (counts.get(variant) ?? 0) + 1);
    }
    const { treatments, control } = intendedShares({ coverage: 50_000, split: [60_000, 40_000] });
    const intended = { new: treatments[0]!, newer: treatments[1]!, old: control };
    for (const [variant, share] of Object.entries(intended)) {
      // Four standard deviations of a share of 20 000 units are below 1.5 %.
      expect(Math.abs(counts.get(variant)! / many.length - share / SHARE_TOTAL)).toBeLessThan(0.015);
    }
  });

  it('serves everybody the control at coverage 0 and nobody at full coverage, and exposes all of them', () => {
    for (const user of users.slice(0, 200)) {
      const none = served(aFlag(), [anOverlay({ coverage: 0 })], user);
      const all = served(aFlag(), [anOverlay({ coverage: SHARE_TOTAL })], user);
      expect([none.variant, none.exposure?.variant]).toEqual(['old', 'old']);
      expect([all.variant, all.exposure?.variant]).toEqual(['new', 'new']);
    }
  });

  it('names the rollout, the unit and the variant in the exposure', () => {
    const overlay = anOverlay({ coverage: SHARE_TOTAL, bucketBy: 'account.id' });
    const details = served(aFlag(), [overlay], { account: { id: 42 } });
    expect(details).toMatchObject({ variant: 'new', value: 'value of new', reason: 'TARGETING_MATCH' });
    expect(details.exposure).toEqual({ rollout: overlay, unit: '42', variant: 'new' });
  });

  it('serves the default without an exposure to whoever lacks the bucketing attribute', () => {
    for (const user of [{}, { targetingKey: '' }]) {
      const details = served(aFlag(), [anOverlay({ coverage: SHARE_TOTAL })], user);
      expect(details).toMatchObject({ variant: 'old', reason: 'DEFAULT' });
      expect(details.exposure).toBeUndefined();
    }
  });

  it('buckets keys of any length and characters', () => {
    for (const targetingKey of ['x'.repeat(100_000), 'zażółć gęślą', '😀'.repeat(3000)]) {
      expect(served(aFlag(), [anOverlay({ coverage: SHARE_TOTAL })], { targetingKey }).variant).toBe('new');
    }
  });

  it('goes on being served, but no longer exposed, once it is not measured', () => {
    const details = served(aFlag(), [anOverlay({ coverage: SHARE_TOTAL, isMeasured: false })], users[0]!);
    expect(details.variant).toBe('new');
    expect(details.exposure).toBeUndefined();
  });

  it('leaves the flag alone when its default is not the control', () => {
    const flag = aFlag({ defaultVariant: 'last' });
    expect(lowerRollout(flag, anOverlay())).toBe(flag);
    expect(served(flag, [anOverlay()], users[0]!)).toMatchObject({ variant: 'last', reason: 'STATIC' });
  });

  it('leaves a disabled flag disabled', () => {
    expect(served(aFlag({ state: 'DISABLED' }), [anOverlay()], users[0]!).reason).toBe('DISABLED');
  });

  it('exposes nobody to a variant that the flag does not have', () => {
    const overlay = anOverlay({ coverage: SHARE_TOTAL, treatments: [{ variant: 'gone', split: SHARE_TOTAL }] });
    const details = served(aFlag(), [overlay], users[0]!);
    expect(details.errorCode).toBe('GENERAL');
    expect(details.exposure).toBeUndefined();
  });

  it('breaks its own flag alone when its audience does not compile or its fields are missing', () => {
    for (const overlay of [anOverlay({ audience: { nope: 1 } }), { flag: 'flag', control: 'old' } as RolloutOverlay]) {
      const snapshot = snapshotOf({ flags: { flag: aFlag(), other: aFlag() } }, [overlay]);
      expect(evaluate(snapshot, 'flag', users[0]!, NOW_MS).errorCode).toBe('PARSE_ERROR');
      expect(evaluate(snapshot, 'other', users[0]!, NOW_MS).variant).toBe('old');
    }
  });
});

describe('A lowered rollout', () => {
  it('is one standard fractional rule for those eligible, and the own rule for all others', () => {
    const own = { if: [{ var: 'vip' }, 'last', 'old'] };
    const audience = { '==': [{ var: 'country' }, 'de'] };
    const treatments = treatmentsOf([60_000, 40_000]);
    const lowered = lowerRollout(aFlag({ targeting: own }), anOverlay({ audience, treatments, coverage: 10_001 }));
    expect(lowered.targeting).toEqual({
      if: [
        { and: [{ var: 'targetingKey' }, audience, { in: [own, ['old', null]] }] },
        {
          fractional: [
            { cat: ['flag/rollout-1/', { var: 'targetingKey' }] },
            ['new', 6000],
            ['old', 54_000],
            ['newer', 4000],
            ['old', 36_000],
          ],
        },
        own,
      ],
    });
  });

  it('counts as serving the control whatever result names it', () => {
    const targeting = { var: 'x' };
    const results = (control: string, defaultVariant?: string) => {
      const flag = aFlag({
        targeting,
        ...(defaultVariant === undefined ? { defaultVariant: null } : { defaultVariant }),
      });
      const lowered = lowerRollout(flag, anOverlay({ control })).targeting as { if: [{ and: JsonObject[] }] };
      return lowered.if[0].and.at(-1);
    };
    expect(results('old')).toEqual({ in: [targeting, ['old']] });
    expect(results('true')).toEqual({ in: [targeting, ['true', true]] });
    expect(results('false')).toEqual({ in: [targeting, ['false', false]] });
    expect(results('2', '2')).toEqual({ in: [targeting, ['2', 2, null]] });
    expect(results('1.5')).toEqual({ in: [targeting, ['1.5', 1.5]] });
    for (const control of ['02', 'NaN', 'Infinity', '1e3', '']) {
      expect(results(control)).toEqual({ in: [targeting, [control]] });
    }
  });

  it('belongs to its flag only, and one of an unknown flag to none', () => {
    const flags = { flag: aFlag(), other: aFlag() };
    const flagSet = { flags, metadata: { owner: 'x' }, $evaluators: { rule: true } };
    const lowered = lowerFlagSet({ flagSet, rollouts: [anOverlay(), anOverlay({ flag: 'gone' })] });
    expect(lowered).toEqual({ ...flagSet, flags: { flag: lowerRollout(flags.flag, anOverlay()), other: flags.other } });
  });

  it('is a flag that may be written', () => {
    const once = lowerRollout(aFlag({ targeting: { var: 'x' } }), anOverlay());
    expect(Object.keys(once)).toEqual(['state', 'variants', 'defaultVariant', 'targeting']);
  });
});

const BUCKETINGS = ['murmur3', 'murmur3-cbor'] as const;

describe.each(BUCKETINGS)('A ramp, bucketed by %s,', (bucketing) => {
  const stages = fc.uniqueArray(coverage, { minLength: 2, maxLength: 5 }).map((all) => all.toSorted((a, b) => a - b));
  const variantsAt = (stage: number, shares: readonly number[], salt: string) => {
    const overlay = anOverlay({ treatments: treatmentsOf(shares), coverage: stage, salt });
    const snapshot = snapshotOf({ flags: { flag: aFlag() } }, [overlay], undefined, { bucketing });
    return users.slice(0, 100).map((user) => evaluate(snapshot, 'flag', user, NOW_MS).variant!);
  };

  it.each([1, 2, 3, 4, 5])('of %i treatments moves units from control into a treatment, and nobody else', (count) => {
    const seen = { moved: 0, kept: 0, treatments: new Set<string>() };
    fc.assert(
      fc.property(splitInto(count), stages, fc.string({ maxLength: 8 }), (shares, coverages, salt) => {
        const served = coverages.map((stage) => variantsAt(stage, shares, salt));
        for (const [before, after] of served.slice(1).map((later, index) => [served[index]!, later] as const)) {
          for (const [unit, variant] of before.entries()) {
            // The same pair, read backwards, is a ramp down: whoever stays exposed keeps the treatment.
            if (variant !== 'old') expect(after[unit]).toBe(variant);
            if (after[unit] !== 'old') seen.treatments.add(after[unit]!);
            seen[variant === after[unit] ? 'kept' : 'moved']++;
          }
        }
      }),
      { seed: 41, numRuns: 40 },
    );
    expect(Math.min(seen.moved, seen.kept)).toBeGreaterThan(500);
    expect(seen.treatments.size).toBe(count);
  });

  it('down takes units back into control, and moves nobody who stays', () => {
    fc.assert(
      fc.property(split, coverage, coverage, fc.string({ maxLength: 8 }), (shares, one, other, salt) => {
        const before = variantsAt(Math.max(one, other), shares, salt);
        const after = variantsAt(Math.min(one, other), shares, salt);
        for (const [unit, variant] of after.entries()) expect([before[unit], 'old']).toContain(variant);
      }),
      { seed: 43, numRuns: 100 },
    );
  });

  it('lowered to fractional serves everybody the same', () => {
    fc.assert(
      fc.property(split, coverage, fc.string({ maxLength: 8 }), (shares, stage, salt) => {
        const flagSet = { flags: { flag: aFlag() } };
        const rollouts = [anOverlay({ treatments: treatmentsOf(shares), coverage: stage, salt })];
        const lowered = snapshotOf(lowerFlagSet({ flagSet, rollouts }), [], undefined, { bucketing });
        const variants = users.slice(0, 100).map((user) => evaluate(lowered, 'flag', user, NOW_MS).variant);
        expect(variants).toEqual(variantsAt(stage, shares, salt));
      }),
      { seed: 44, numRuns: 60 },
    );
  });
});

describe('Serving rollouts natively', () => {
  const word = fc.constantFrom(...VARIANTS, 'nope', 'de', '');
  const ownResult = fc.constantFrom<unknown>(...VARIANTS, 'old', 'old', null, true, 2, { var: 'x' }, { '/': [1, 0] });
  const condition = fc.constantFrom<JsonObject>(
    { var: 'vip' },
    { '==': [{ var: 'x' }, 'old'] },
    { '>': [{ var: 'age' }, 3] },
    { $ref: 'adult' },
  );
  const targeting = fc.oneof(
    fc.constant(null),
    fc.constant({}),
    fc.tuple(condition, ownResult, ownResult).map((operands) => ({ if: operands }) as JsonObject),
    fc.constant({
      fractional: [
        ['old', 60],
        ['new', 40],
      ],
    } as JsonObject),
    condition,
  );
  const flag = fc
    .record({ targeting, defaultVariant: fc.constantFrom('old', 'old', 'old', 'true', null) })
    .map((changes) => aFlag(changes));
  const overlay = fc
    .record({
      shares: split,
      coverage,
      control: fc.constantFrom('old', 'old', 'old', 'old', 'new', 'true', '2'),
      audience: fc.oneof(fc.constant(null), condition),
      bucketBy: fc.constantFrom('targetingKey', 'targetingKey', 'account.id', 'age'),
      isMeasured: fc.constantFrom(true, true, false),
      salt: word,
    })
    .map(({ shares, audience, ...rest }) =>
      anOverlay({ ...rest, treatments: treatmentsOf(shares), ...(audience === null ? {} : { audience }) }),
    );
  const overlays = fc.array(overlay, { minLength: 1, maxLength: 3 });
  const context = fc.record(
    {
      targetingKey: fc.oneof(fc.string({ minLength: 1, maxLength: 6 }), fc.constant('')),
      x: fc.oneof(word, fc.constant(true), fc.constant(2), fc.constant(null)),
      vip: fc.boolean(),
      age: fc.nat(6),
      account: fc.record({ id: fc.oneof(fc.nat(9), word, fc.boolean(), fc.constant(['a', 'b'])) }),
    },
    { requiredKeys: ['targetingKey', 'account'] },
  ) as fc.Arbitrary<EvaluationContext>;
  const contexts = fc.array(context, { minLength: 6, maxLength: 6 });
  const $evaluators = { adult: { '>=': [{ var: 'age' }, 4] } };

  it('answers as the lowered flag does, and exposes exactly those eligible for a measured rollout', () => {
    const seen = { exposed: 0, notExposed: 0 };
    fc.assert(
      fc.property(flag, overlays, contexts, (definition, rollouts, all) => {
        const flagSet = { flags: { flag: definition }, $evaluators };
        const native = snapshotOf(flagSet, rollouts);
        const lowered = snapshotOf(lowerFlagSet({ flagSet, rollouts }));
        for (const user of all) {
          const { exposure, ...details } = evaluate(native, 'flag', user, NOW_MS);
          expect(details).toEqual(evaluate(lowered, 'flag', user, NOW_MS));
          expect(exposure).toEqual(details.errorCode ? undefined : expectedExposure(definition, rollouts, user));
          seen[exposure ? 'exposed' : 'notExposed']++;
        }
      }),
      { seed: 42, numRuns: 1500 },
    );
    expect(Math.min(seen.exposed, seen.notExposed)).toBeGreaterThan(1000);
  });

  /** Read off the lowered rules, from the first rollout to the last: who is eligible, and the variant of their bucket. */
  function expectedExposure(definition: FlagDefinition, rollouts: readonly RolloutOverlay[], user: EvaluationContext) {
    let flagSoFar = definition;
    let exposure: unknown;
    for (const rollout of rollouts) {
      const next = lowerRollout(flagSoFar, rollout);
      const [eligible, choice] = next === flagSoFar ? [false] : (next.targeting!['if'] as readonly unknown[]);
      if (rollout.isMeasured && resultOf({ '!!': [eligible] }, user, $evaluators) === true) {
        const unit = resultOf({ cat: [{ var: rollout.bucketBy }] }, user);
        exposure = { rollout, unit, variant: resultOf(choice, user) };
      }
      flagSoFar = next;
    }
    return exposure;
  }
});

describe('flagd-core over lowered flag sets', () => {
  it('serves the same as we do, at five coverages', () => {
    const flagSet = {
      flags: {
        plain: aFlag(),
        targeted: aFlag({ targeting: { if: [{ '==': [{ var: 'country' }, 'de'] }, 'last', 'old'] } }),
        undecided: aFlag({ targeting: { if: [{ '==': [{ var: 'country' }, 'fr'] }, 'last'] } }),
        stacked: aFlag(),
      },
    };
    const treatments = treatmentsOf([50_000, 30_000, 20_000]);
    const differing = new Set<string>();
    for (const stage of [0, 1000, 20_000, 50_000, SHARE_TOTAL]) {
      const rollouts = [
        anOverlay({ flag: 'plain', coverage: stage, treatments }),
        anOverlay({ flag: 'targeted', coverage: stage, audience: { '!=': [{ var: 'country' }, 'pl'] } }),
        anOverlay({ flag: 'undecided', coverage: stage, salt: 'other' }),
        anOverlay({ flag: 'stacked', coverage: stage, isMeasured: false }),
        anOverlay({
          flag: 'stacked',
          coverage: stage,
          control: 'new',
          treatments: [{ variant: 'newer', split: SHARE_TOTAL }],
          salt: 's2',
        }),
      ];
      const ours = snapshotOf(flagSet, rollouts);
      const flagd = flagdOver(lowerFlagSet({ flagSet, rollouts }), { isCompiled: true });
      for (const [index, user] of users.slice(0, 300).entries()) {
        const context = { ...user, country: ['de', 'fr', 'pl'][index % 3]! };
        for (const flagKey of Object.keys(flagSet.flags)) {
          const { exposure: _exposure, ...details } = evaluate(ours, flagKey, context, NOW_MS);
          expect(answerOfOurs(details)).toEqual(answerOfFlagd(flagd, flagKey, context));
          differing.add(`${flagKey} ${details.variant}`);
        }
      }
    }
    expect([...differing].sort()).toEqual([
      'plain new',
      'plain newer',
      'plain newest',
      'plain old',
      'stacked new',
      'stacked newer',
      'stacked old',
      'targeted last',
      'targeted new',
      'targeted old',
      'undecided last',
      'undecided new',
      'undecided old',
    ]);
  });
});
