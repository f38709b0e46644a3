import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestCounts } from '../../../models/allocation/best-probabilities.ts';
import { boundedShares } from '../../../models/allocation/bounded-shares.ts';
import { beliefAfter } from '../../../models/allocation/mean-belief.ts';
import { proposeSplit } from '../../../models/allocation/propose-split.ts';
import { isHarmLikelyIn } from '../../../models/allocation/segment-harm.ts';
import { SECOND_SHARE, topTwoShares } from '../../../models/allocation/top-two-shares.ts';
import { decisionDraws } from '../../../models/ramp-policy/seeded-draws.ts';

const base = { kind: 'rate', mean: 0.05, variance: 0.0475 } as const;
const rates = (...counts: readonly (readonly [number, number])[]) => ({
  worth: 20,
  means: counts.map(([n, x]) => beliefAfter(base, { n, sum: x, sumOfSquares: x })),
});

describe('Top-two shares', () => {
  it('follow from how likely each treatment is the best', () => {
    // ½ p_k + ½ Σ p_j p_k/(1 − p_j), by NumPy.
    const counts = { draws: 1000, best: [500, 300, 200], second: [] };
    for (const [k, share] of [0.41964285714285715, 0.3375, 0.24285714285714285].entries())
      expect(topTwoShares(counts, SECOND_SHARE)[k]).toBeCloseTo(share, 12);
  });

  it('give the second half to whoever comes second, once the best is certain', () => {
    const counts = {
      draws: 1000,
      best: [0, 1000, 0],
      second: [
        [0, 0, 0],
        [900, 0, 100],
        [0, 0, 0],
      ],
    };
    expect(topTwoShares(counts, SECOND_SHARE)).toEqual([0.45, 0.5, 0.05]);
  });

  it('are equal for two treatments, for there the second is always the other, and all for one', () => {
    for (const share of topTwoShares({ draws: 10, best: [9, 1], second: [] }, SECOND_SHARE))
      expect(share).toBeCloseTo(0.5, 12);
    expect(topTwoShares({ draws: 10, best: [10], second: [[0]] }, SECOND_SHARE)).toEqual([1]);
  });

  it('come from draws that find the better treatment more often, the same for the same seed', () => {
    const better = [rates([1000, 40], [1000, 70], [1000, 45])];
    const counts = bestCounts(better, decisionDraws(1));
    expect(counts).toEqual(bestCounts(better, decisionDraws(1)));
    expect(counts.best[1]! / counts.draws).toBeGreaterThan(0.95);
    expect(counts.best.reduce((sum, count) => sum + count, 0)).toBe(counts.draws);
  });

  it('weigh a loss in one metric against a gain in another', () => {
    const more = rates([4000, 200], [4000, 260]);
    const errors = { ...rates([4000, 100], [4000, 220]), worth: -30 };
    expect(bestCounts([more], decisionDraws(2)).best[1]).toBeGreaterThan(1900);
    expect(bestCounts([more, errors], decisionDraws(2)).best[1]).toBeLessThan(100);
  });
});

describe('Bounded shares', () => {
  const thirds = [1 / 3, 1 / 3, 1 / 3];

  it('put floors below the raw shares', () => {
    const free = { before: thirds, floor: 0.05, maxMove: 1, capped: [] };
    for (const [k, share] of boundedShares([1, 0, 0], free).entries())
      expect(share).toBeCloseTo([0.9, 0.05, 0.05][k]!, 12);
  });

  it('move by no more than is allowed, and share out what that leaves', () => {
    const limits = { before: thirds, floor: 0.05, maxMove: 0.1, capped: [] };
    for (const [k, share] of boundedShares([1, 0, 0], limits).entries())
      expect(share).toBeCloseTo([1 / 3 + 0.1, 1 / 3 - 0.05, 1 / 3 - 0.05][k]!, 9);
  });

  it('let nobody rise who is capped: the others take it, or everybody keeps what they had', () => {
    const limits = { before: thirds, floor: 0.05, maxMove: 0.1, capped: [0] };
    const shares = boundedShares([0.8, 0.2, 0], limits);
    expect(shares[0]).toBeCloseTo(1 / 3, 9);
    expect(shares[1]).toBeGreaterThan(1 / 3);
    expect(boundedShares([0.8, 0.2, 0], { ...limits, capped: [0, 1, 2] })).toEqual(thirds);
  });

  it('sum to 1 within floor, movement and caps, whatever is asked for', () => {
    const simplex = (min: number) =>
      fc
        .array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: 2, maxLength: 6 })
        .map((all) => all.map((one) => one / all.reduce((a, b) => a + b)))
        .filter((all) => all.every((one) => one >= min));
    let bound = 0;
    fc.assert(
      fc.property(
        simplex(0.05),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
        fc.nat(63),
        (before, raw, mask) => {
          const wanted = before.map((_, k) => (raw[k] ?? 0) + 0.01);
          const total = wanted.reduce((sum, one) => sum + one, 0);
          const capped = before.flatMap((_, k) => ((mask >> k) % 2 === 1 ? [k] : []));
          const shares = boundedShares(
            wanted.map((one) => one / total),
            { before, floor: 0.05, maxMove: 0.1, capped },
          );
          expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
          for (const [k, share] of shares.entries()) {
            expect(Math.abs(share - before[k]!)).toBeLessThan(0.1 + 1e-9);
            expect(share).toBeGreaterThan(0.05 - 1e-9);
            if (capped.includes(k)) expect(share).toBeLessThan(before[k]! + 1e-9);
            if (Math.abs(share - before[k]!) > 0.1 - 1e-9) bound += 1;
          }
        },
      ),
      { seed: 61, numRuns: 300 },
    );
    expect(bound).toBeGreaterThan(50);
  });
});

describe('A proposed split', () => {
  it('says how it came about', () => {
    const objectives = [rates([1000, 40], [1000, 70], [1000, 45])];
    const limits = { before: [1 / 3, 1 / 3, 1 / 3], floor: 0.05, maxMove: 0.1, capped: [] };
    const { bestProbabilities, raw, shares } = proposeSplit({
      objectives,
      seed: 4,
      secondShare: SECOND_SHARE,
      ...limits,
    });
    expect(bestProbabilities[1]).toBeGreaterThan(0.95);
    expect(raw[1]).toBeCloseTo(0.5, 1);
    const floored = raw.map((share) => 0.05 + 0.85 * share);
    for (const [k, share] of shares.entries()) {
      expect(Math.abs(share - 1 / 3)).toBeLessThan(0.1 + 1e-9);
      expect(Math.sign(share - 1 / 3)).toBe(Math.sign(floored[k]! - 1 / 3));
    }
  });
});

describe('Harm in a segment', () => {
  it('is likely where the data say so, unlikely where they say that there is none', () => {
    expect(isHarmLikelyIn({ xT: 300, xC: 100, ratio: 3 }, 0.25)).toBe(true);
    expect(isHarmLikelyIn({ xT: 12, xC: 5, ratio: 2.4 }, 0.25)).toBe(true);
    expect(isHarmLikelyIn({ xT: 300, xC: 300, ratio: 1 }, 0.25)).toBe(false);
    expect(isHarmLikelyIn({ xT: 0, xC: 0, ratio: 0 }, 0.25)).toBe(false);
    // μ + 1.28 s of ln 1.2 with 50 and 50 events: 0.0657 + 1.28 · 0.12 = 0.2193 < ln 1.25 = 0.2231.
    expect(isHarmLikelyIn({ xT: 50, xC: 50, ratio: 1.2 }, 0.25)).toBe(false);
    expect(isHarmLikelyIn({ xT: 50, xC: 50, ratio: 1.25 }, 0.25)).toBe(true);
  });

  it('is likely before any data where next to none is tolerated', () => {
    expect(isHarmLikelyIn({ xT: 0, xC: 0, ratio: 0 }, 0.05)).toBe(true);
  });
});
