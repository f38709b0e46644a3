import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { integerShares, intendedShares, MAX_LAYERS, SHARE_TOTAL, slotsOf, withLayer } from '../../domain/index.ts';

describe('The slots of layers', () => {
  it('stand one layer after the other, each divided by its own split and filled by coverage', () => {
    const layers = [
      { through: 1_000, split: [50_000, 50_000] },
      { through: 5_000, split: [75_000, 25_000] },
    ];
    expect(slotsOf({ coverage: 3_000, split: [75_000, 25_000], layers })).toEqual([
      { owner: 0, treatment: 500, control: 0 },
      { owner: 1, treatment: 500, control: 0 },
      { owner: 0, treatment: 1_500, control: 1_500 },
      { owner: 1, treatment: 500, control: 500 + 95_000 },
    ]);
  });

  it('serve control where a treatment was withdrawn, and nobody gets another treatment for it', () => {
    const layers = [{ through: 10_000, split: [40_000, 60_000] }];
    expect(slotsOf({ coverage: 10_000, split: [40_000, 60_000], layers, withdrawn: [1] })).toEqual([
      { owner: 0, treatment: 4_000, control: 0 },
      { owner: 1, treatment: 0, control: 6_000 + 90_000 },
    ]);
    expect(intendedShares({ coverage: 10_000, split: [40_000, 60_000], layers, withdrawn: [1] })).toEqual({
      treatments: [4_000, 0],
      control: 96_000,
    });
  });

  it('of one layer over everything are those of a fixed split', () => {
    const split = [33_334, 33_333, 33_333];
    const layers = [{ through: SHARE_TOTAL, split }];
    expect(slotsOf({ coverage: 12_345, split, layers })).toEqual(slotsOf({ coverage: 12_345, split }));
  });

  it('sum to all units, and give the treatments what coverage admits, but for a rounding in each slot', () => {
    const share = fc.array(fc.nat(100), { minLength: 3, maxLength: 3 }).filter((all) => all.some((one) => one > 0));
    const splitOf = (all: readonly number[]) => integerShares(all.map((one) => one / all.reduce((a, b) => a + b)));
    const step = fc.tuple(fc.integer({ min: 1, max: SHARE_TOTAL }), share);
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), fc.nat(SHARE_TOTAL), (steps, coverage) => {
        const layers = steps.reduce(
          (sum, [through, all]) => withLayer(sum, through, { split: splitOf(all) }),
          [] as ReturnType<typeof withLayer>,
        );
        const slots = slotsOf({ coverage, split: [0, 0, SHARE_TOTAL], layers });
        const sum = (part: 'treatment' | 'control') => slots.reduce((total, slot) => total + slot[part], 0);
        expect(sum('treatment') + sum('control')).toBe(SHARE_TOTAL);
        expect(sum('treatment')).toBeLessThanOrEqual(coverage);
        expect(sum('treatment')).toBeGreaterThan(coverage - 3);
        for (const { treatment, control } of slots) expect(Math.min(treatment, control)).toBeGreaterThanOrEqual(0);
      }),
      { seed: 51, numRuns: 300 },
    );
  });

  it('are never more than those of the most layers: the last one takes all that is left', () => {
    const layers = Array.from({ length: 200 }, (_, index) => index + 1).reduce(
      (sum, coverage) => withLayer(sum, coverage, { split: [SHARE_TOTAL] }),
      [] as ReturnType<typeof withLayer>,
    );
    expect(layers).toHaveLength(MAX_LAYERS);
    expect(layers.at(-1)!.through).toBe(SHARE_TOTAL);
    expect(intendedShares({ coverage: 20_000, split: [SHARE_TOTAL], layers })).toEqual({
      treatments: [20_000],
      control: 80_000,
    });
  });
});

describe('Integer shares', () => {
  it('go to the largest remainders, and of equal ones to the first', () => {
    expect(integerShares([1 / 3, 1 / 3, 1 / 3])).toEqual([33_334, 33_333, 33_333]);
    expect(integerShares([0.100005, 0.200004, 0.699991])).toEqual([10_001, 20_000, 69_999]);
    expect(integerShares([0, 1])).toEqual([0, SHARE_TOTAL]);
  });
});
