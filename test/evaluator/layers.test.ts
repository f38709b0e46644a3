import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Admission,
  type EvaluationContext,
  integerShares,
  type RolloutOverlay,
  SHARE_TOTAL,
  withLayer,
} from '../../domain/index.ts';
import { evaluate, lowerFlagSet } from '../../evaluator/index.ts';
import { answerOfFlagd, flagdOver } from './flagd.ts';
import { anOverlay, NOW_MS, snapshotOf } from './support.ts';

const TREATMENTS = ['a', 'b', 'c'];
const FLAG = {
  state: 'ENABLED' as const,
  variants: Object.fromEntries(['old', ...TREATMENTS].map((variant) => [variant, variant])),
  defaultVariant: 'old',
};
const FLAGS = { flags: { flag: FLAG } };
const users = Array.from({ length: 400 }, (_, index): EvaluationContext => ({ targetingKey: `user-${index}` }));
const treatments = TREATMENTS.map((variant, index) => ({ variant, split: [33_334, 33_333, 33_333][index]! }));

const overlayOf = (coverage: number, admission: Admission) => anOverlay({ treatments, coverage, admission });
const variantsUnder = (overlay: RolloutOverlay, isLowered = false) => {
  const snapshot = isLowered
    ? snapshotOf(lowerFlagSet({ flagSet: FLAGS, rollouts: [overlay] }))
    : snapshotOf(FLAGS, [overlay]);
  return users.map((user) => evaluate(snapshot, 'flag', user, NOW_MS).variant!);
};

/** A move to a coverage, up or down, with the split for whom it admits, and perhaps a treatment that is withdrawn before it. */
const move = fc.record({
  coverage: fc.integer({ min: 1, max: SHARE_TOTAL }),
  weights: fc
    .array(fc.nat(9), { minLength: 3, maxLength: 3 })
    .filter((weights) => weights.some((weight) => weight > 0)),
  withdrawn: fc.option(fc.constantFrom(...TREATMENTS), { freq: 4 }),
});
const moves = fc.array(move, { minLength: 1, maxLength: 8 });

type Move = { coverage: number; weights: readonly number[]; withdrawn: string | null };

/** Every state that a sequence of moves passes through. */
function statesOf(sequence: readonly Move[]): readonly { coverage: number; admission: Admission }[] {
  let admission: Admission = { layers: [], withdrawn: [] };
  return sequence.map(({ coverage, weights, withdrawn }) => {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const split = integerShares(weights.map((weight) => weight / total));
    const gone = withdrawn === null ? admission.withdrawn : [...new Set([...admission.withdrawn, withdrawn])];
    admission = { layers: withLayer(admission.layers, coverage, { split }), withdrawn: gone };
    return { coverage, admission };
  });
}

describe('Whatever splits follow each other, up and down the coverage', () => {
  it('a unit that was exposed to a treatment gets that one or control ever after', () => {
    let [returns, switched] = [0, 0];
    fc.assert(
      fc.property(moves, (sequence) => {
        const first = new Map<number, string>();
        let before: readonly string[] = [];
        for (const { coverage, admission } of statesOf(sequence)) {
          const served = variantsUnder(overlayOf(coverage, admission));
          for (const [unit, variant] of served.entries()) {
            if (variant === 'old') continue;
            if (first.has(unit) && before[unit] === 'old') returns += 1;
            if ((first.get(unit) ?? variant) !== variant || admission.withdrawn.includes(variant)) switched += 1;
            first.set(unit, variant);
          }
          before = served;
        }
        expect(switched).toBe(0);
      }),
      { seed: 52, numRuns: 100 },
    );
    expect(returns).toBeGreaterThan(1000);
  });

  it('who stays admitted keeps the treatment, unless it is withdrawn', () => {
    fc.assert(
      fc.property(moves, (sequence) => {
        const states = statesOf(sequence);
        for (const [index, after] of states.slice(1).entries()) {
          const before = states[index]!;
          if (after.coverage < before.coverage) continue;
          const served = variantsUnder(overlayOf(after.coverage, after.admission));
          for (const [unit, variant] of variantsUnder(overlayOf(before.coverage, before.admission)).entries()) {
            if (variant !== 'old' && !after.admission.withdrawn.includes(variant)) expect(served[unit]).toBe(variant);
          }
        }
      }),
      { seed: 53, numRuns: 150 },
    );
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
      { seed: 54, numRuns: 60 },
    );
  });

  it('new units are divided by the newest split', () => {
    const half = withLayer([], 50_000, { split: [SHARE_TOTAL, 0, 0] });
    const layers = withLayer(half, SHARE_TOTAL, { split: [0, 60_000, 40_000] });
    const many = Array.from({ length: 20_000 }, (_, index) => ({ targetingKey: `u${index}` }));
    const snapshot = snapshotOf(FLAGS, [overlayOf(SHARE_TOTAL, { layers, withdrawn: [] })]);
    const counts = new Map<string, number>();
    for (const user of many) {
      const variant = evaluate(snapshot, 'flag', user, NOW_MS).variant!;
      counts.set(variant, (counts.get(variant) ?? 0) + 1);
    }
    // Four standard deviations of a share of 20 000 units are below 1.5 %.
    for (const [variant, share] of [['a', 0.5] as const, ['b', 0.3] as const, ['c', 0.2] as const]) {
      expect(Math.abs(counts.get(variant)! / many.length - share)).toBeLessThan(0.015);
    }
  });
});
