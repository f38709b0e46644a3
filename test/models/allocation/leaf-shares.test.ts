import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundedShares } from '../../../models/allocation/bounded-shares.ts';
import { type MeanBelief, momentsOf } from '../../../models/allocation/mean-belief.ts';
import { shrunkBeliefs } from '../../../models/index.ts';

const sum = (shares: readonly number[]) => shares.reduce((total, share) => total + share, 0);
const rate = (mean: number, units: number): MeanBelief => ({ kind: 'rate', a: mean * units, b: (1 - mean) * units });
const meansOf = (beliefs: readonly MeanBelief[]) => beliefs.map((belief) => momentsOf(belief).mean);

describe('Shares in a leaf', () => {
  const floor = 0.05;
  const step = 0.1;
  const positive = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 3, maxLength: 3 });
  const normalised = (all: readonly number[]) => all.map((one) => one / sum(all));
  const split = positive.map((all) => normalised(all).map((share) => floor + (1 - 3 * floor) * share));
  const never = fc.subarray([0, 1, 2]);

  it('keep to floors, to steps and to the shares for all, and a capped one does not rise', () => {
    fc.assert(
      fc.property(split, positive, positive, positive, never, (all, one, other, raw, capped) => {
        const asked = (weights: readonly number[]) => ({ floor, maxMove: step, capped, weights });
        // The shares for all move by a step, as those of a leaf did that began within a step of them.
        const { weights, ...limits } = asked(normalised(one));
        const after = boundedShares(weights, { ...limits, before: all });
        const start = boundedShares(normalised(other), { ...limits, capped: [], before: all });
        const near = { shares: after, within: step };
        const leaf = boundedShares(normalised(raw), { ...limits, before: start, near });
        expect(sum(leaf)).toBeCloseTo(1, 9);
        for (const [k, share] of leaf.entries()) {
          expect(share).toBeGreaterThan(floor - 1e-9);
          expect(Math.abs(share - start[k]!)).toBeLessThan(step + 1e-9);
          expect(Math.abs(share - after[k]!)).toBeLessThan(step + 1e-9);
          if (capped.includes(k)) expect(share).toBeLessThan(start[k]! + 1e-9);
        }
      }),
      { seed: 83, numRuns: 2_000 },
    );
  });

  it('are those for all where these moved as far away as a leaf may differ', () => {
    const near = { shares: [0.4, 0.6], within: 0.1 };
    const shares = boundedShares([1, 0], { before: [0.6, 0.4], floor, maxMove: step, capped: [], near });
    expect(shares.map((share) => share.toFixed(6))).toEqual(['0.500000', '0.500000']);
  });
});

describe('What is believed in a leaf', () => {
  const all = [rate(0.05, 100_000), rate(0.06, 100_000)];

  it('is what is believed of all, at the level of the leaf, where the leaf has said next to nothing', () => {
    const [a, b] = meansOf(shrunkBeliefs([rate(0.1, 20), rate(0.1, 20)], all));
    expect(b! / a!).toBeCloseTo(1.2, 1);
    expect(a).toBeGreaterThan(0.08);
  });

  it('is what the leaf says, where it has said much', () => {
    const shrunk = meansOf(shrunkBeliefs([rate(0.12, 1_000_000), rate(0.08, 1_000_000)], all));
    expect(shrunk[0]).toBeCloseTo(0.12, 3);
    expect(shrunk[1]).toBeCloseTo(0.08, 3);
  });

  it('lies between both otherwise, is surer than either, and of the same kind', () => {
    const part = [rate(0.06, 2_000), rate(0.05, 2_000)];
    const shrunk = shrunkBeliefs(part, all);
    for (const [k, belief] of shrunk.entries()) {
      expect(belief.kind).toBe('rate');
      expect(momentsOf(belief).variance).toBeLessThan(momentsOf(part[k]!).variance);
    }
    const [a, b] = meansOf(shrunk);
    expect([a! < 0.06, b! > 0.05]).toEqual([true, true]);
    const value: MeanBelief = { kind: 'value', mean: 3, scale: 0.2, degrees: 50 };
    expect(shrunkBeliefs([value], [{ ...value, mean: 2 }])[0]).toMatchObject({ kind: 'value', degrees: 50 });
  });
});
