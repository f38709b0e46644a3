import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Admission,
  type AdmissionTree,
  type EvaluationContext,
  integerShares,
  type JsonValue,
  REST,
  type RolloutOverlay,
  SHARE_TOTAL,
  withLayer,
} from '../../domain/index.ts';
import { evaluate, explain, lowerFlagSet } from '../../evaluator/index.ts';
import { answerOfFlagd, flagdOver } from './flagd.ts';
import { anOverlay, NOW_MS, snapshotOf } from './support.ts';

const TREATMENTS = ['a', 'b', 'c'];
const FLAG = {
  state: 'ENABLED' as const,
  variants: Object.fromEntries(['old', ...TREATMENTS].map((variant) => [variant, variant])),
  defaultVariant: 'old',
};
const FLAGS = { flags: { flag: FLAG } };
const COUNTRIES = ['DE', 'FR', 'US', 'JP', undefined];
const users = Array.from({ length: 400 }, (_, index): EvaluationContext => {
  const country = COUNTRIES[index % COUNTRIES.length];
  return { targetingKey: `user-${index}`, ...(country === undefined ? {} : { country }) };
});
const treatments = TREATMENTS.map((variant, index) => ({ variant, split: [33_334, 33_333, 33_333][index]! }));

const overlayOf = (coverage: number, admission: Admission) => anOverlay({ treatments, coverage, admission });
const answerOf = (overlay: RolloutOverlay, user: EvaluationContext) =>
  evaluate(snapshotOf(FLAGS, [overlay]), 'flag', user, NOW_MS);
const variantsUnder = (overlay: RolloutOverlay, isLowered = false) => {
  const snapshot = isLowered
    ? snapshotOf(lowerFlagSet({ flagSet: FLAGS, rollouts: [overlay] }))
    : snapshotOf(FLAGS, [overlay]);
  return users.map((user) => evaluate(snapshot, 'flag', user, NOW_MS).variant!);
};

/** No tree, then two leaves, then one of them divided once more; countries that are in none are the rest. */
const TREES: readonly (AdmissionTree | undefined)[] = [
  undefined,
  {
    attribute: 'country',
    leaves: [
      { leaf: 'A', values: ['DE', 'FR'] },
      { leaf: 'B', values: ['US'] },
    ],
  },
  {
    attribute: 'country',
    leaves: [
      { leaf: 'AA', values: ['DE'] },
      { leaf: 'AB', values: ['FR'] },
      { leaf: 'B', values: ['US'] },
    ],
  },
];

const split = fc
  .array(fc.nat(9), { minLength: 3, maxLength: 3 })
  .filter((weights) => weights.some((weight) => weight > 0))
  .map((weights) => integerShares(weights.map((weight) => weight / weights.reduce((sum, one) => sum + one))));

/** A move to a coverage, up or down, perhaps with a tree that has grown, and with splits for all its leaves. */
const move = fc.record({
  coverage: fc.integer({ min: 1, max: SHARE_TOTAL }),
  grows: fc.boolean(),
  splits: fc.array(split, { minLength: 4, maxLength: 4 }),
  withdrawn: fc.option(fc.constantFrom(...TREATMENTS), { freq: 4 }),
});
const moves = fc.array(move, { minLength: 1, maxLength: 8 });

type Move = { coverage: number; grows: boolean; splits: readonly (readonly number[])[]; withdrawn: string | null };

function statesOf(sequence: readonly Move[]): readonly { coverage: number; admission: Admission }[] {
  let admission: Admission = { layers: [], withdrawn: [] };
  let depth = 0;
  return sequence.map(({ coverage, grows, splits, withdrawn }) => {
    const isNew = coverage > (admission.layers.at(-1)?.through ?? 0);
    if (isNew && grows) depth = Math.min(depth + 1, TREES.length - 1);
    const tree = TREES[depth];
    const own = tree?.leaves.map(({ leaf }, index) => [leaf, splits[index + 1]!] as const);
    const shares = { split: splits[0]!, ...(own && { splits: Object.fromEntries(own) }) };
    admission = {
      layers: withLayer(admission.layers, coverage, shares),
      withdrawn: withdrawn === null ? admission.withdrawn : [...new Set([...admission.withdrawn, withdrawn])],
      ...(tree && { tree }),
    };
    return { coverage, admission };
  });
}

describe('Whatever leaves grow, and whatever splits they have,', () => {
  it('a unit that keeps its country never changes from one treatment to another', () => {
    let [treated, switched] = [0, 0];
    fc.assert(
      fc.property(moves, (sequence) => {
        const first = new Map<number, string>();
        for (const { coverage, admission } of statesOf(sequence)) {
          for (const [unit, variant] of variantsUnder(overlayOf(coverage, admission)).entries()) {
            if (variant === 'old') continue;
            treated += 1;
            if ((first.get(unit) ?? variant) !== variant || admission.withdrawn.includes(variant)) switched += 1;
            first.set(unit, variant);
          }
        }
      }),
      { seed: 81, numRuns: 100 },
    );
    expect(treated).toBeGreaterThan(10_000);
    expect(switched).toBe(0);
  });

  it('the lowered rule serves everybody the same, here and in flagd', () => {
    fc.assert(
      fc.property(moves, (sequence) => {
        const { coverage, admission } = statesOf(sequence).at(-1)!;
        const overlay = overlayOf(coverage, admission);
        const served = variantsUnder(overlay);
        expect(variantsUnder(overlay, true)).toEqual(served);
        const flagd = flagdOver(lowerFlagSet({ flagSet: FLAGS, rollouts: [overlay] }));
        for (const [unit, user] of users.slice(0, 20).entries()) {
          expect(answerOfFlagd(flagd, 'flag', user)).toMatchObject({ variant: served[unit] });
        }
      }),
      { seed: 82, numRuns: 60 },
    );
  });
});

describe('A unit', () => {
  const tree: AdmissionTree = {
    attribute: 'plan.level',
    leaves: [
      { leaf: 'A', values: ['5', 'true'] },
      { leaf: 'B', values: ['gold'] },
    ],
  };
  const layers = withLayer(withLayer([], 20_000, { split: [33_334, 33_333, 33_333] }), SHARE_TOTAL, {
    split: [SHARE_TOTAL, 0, 0],
    splits: { A: [0, SHARE_TOTAL, 0], B: [0, 0, SHARE_TOTAL] },
  });
  const overlay = overlayOf(SHARE_TOTAL, { layers, withdrawn: [], tree });
  const late = users
    .map(({ targetingKey }) => ({ targetingKey }))
    .find((user) => {
      const all = overlayOf(20_000, { layers: layers.slice(0, 1), withdrawn: [] });
      return answerOf(all, user as EvaluationContext).variant === 'old';
    })!;
  const withLevel = (level: JsonValue) => ({ ...late, plan: { level } }) as EvaluationContext;

  it.each<[JsonValue, string, string]>([
    ['5', 'A', 'b'],
    [5, 'A', 'b'],
    [true, 'A', 'b'],
    ['true', 'A', 'b'],
    ['gold', 'B', 'c'],
    ['silver', REST, 'a'],
    [6, REST, 'a'],
    [null, REST, 'a'],
    [['gold'], REST, 'a'],
  ])('with the value %j is in leaf %s, and its exposure says so', (level, leaf, variant) => {
    const { exposure, ...details } = answerOf(overlay, withLevel(level));
    expect([details.variant, exposure]).toEqual([variant, expect.objectContaining({ leaf, variant })]);
    const flagd = flagdOver(lowerFlagSet({ flagSet: FLAGS, rollouts: [overlay] }));
    expect(answerOfFlagd(flagd, 'flag', withLevel(level))).toMatchObject({ variant });
  });

  it('without the attribute is in none, and says no leaf where all are treated alike', () => {
    expect(answerOf(overlay, late as EvaluationContext)).toMatchObject({ variant: 'a', exposure: { leaf: REST } });
    const below = answerOf({ ...overlay, coverage: 20_000 }, withLevel('gold'));
    expect(below.exposure).not.toHaveProperty('leaf');
  });

  it('that comes with another value may get another treatment: no rule that reads the value could help it', () => {
    expect(answerOf(overlay, withLevel('gold')).variant).not.toBe(answerOf(overlay, withLevel('5')).variant);
  });

  it('is told its leaf when the answer is explained', () => {
    const { parts } = explain(snapshotOf(FLAGS, [overlay]), 'flag', withLevel('gold'), NOW_MS);
    expect(parts.slice(-2).map(({ kind, value }) => [kind, value])).toEqual([
      ['leaf', '"B"'],
      ['choice', '"c"'],
    ]);
  });
});
