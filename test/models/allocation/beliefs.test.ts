import { describe, expect, it } from 'vitest';
import { beliefAfter, drawMean, type MetricBase, momentsOf } from '../../../models/allocation/mean-belief.ts';
import { stratifiedBeliefs } from '../../../models/allocation/stratified-belief.ts';
import { decisionDraws } from '../../../models/ramp-policy/seeded-draws.ts';
import { seededDraws } from '../seeded-draws.ts';

const conversion: MetricBase = { kind: 'rate', mean: 0.05, variance: 0.0475 };
const revenue: MetricBase = { kind: 'value', mean: 10, variance: 24 };
const events = (n: number, x: number) => ({ n, sum: x, sumOfSquares: x });

describe('A belief about a mean', () => {
  it('of a rate is the conjugate beta, whose prior is worth one unit', () => {
    const belief = beliefAfter(conversion, events(500, 30));
    expect(belief).toEqual({ kind: 'rate', a: 30.05, b: 470.95 });
    // scipy.stats.beta(30.05, 470.95).stats()
    expect(momentsOf(belief).mean).toBeCloseTo(0.05998003992015968, 14);
    expect(momentsOf(belief).variance).toBeCloseTo(0.00011231560703453333, 16);
  });

  it('of a value is the margin of the conjugate normal-inverse-gamma', () => {
    const belief = beliefAfter(revenue, { n: 7, sum: 79.7, sumOfSquares: 935.69 });
    if (belief.kind !== 'value') throw new Error('a value has the belief of a value');
    // Location, scale and degrees by NumPy; a quadrature over (μ, σ²) gives mean 11.21250 and variance 1.7488.
    expect(belief.mean).toBeCloseTo(11.2125, 10);
    expect(belief.scale).toBeCloseTo(1.1962476845232648, 10);
    expect(belief.degrees).toBe(11);
    expect(momentsOf(belief).variance).toBeCloseTo(1.7490104166666667, 10);
  });

  it('is drawn with its own mean and variance', () => {
    const draws = decisionDraws(7);
    const rare = beliefAfter(conversion, events(20, 0));
    const value = beliefAfter(revenue, { n: 7, sum: 79.7, sumOfSquares: 935.69 });
    for (const belief of [rare, value, beliefAfter(conversion, events(500, 30))]) {
      const { mean, variance } = momentsOf(belief);
      const sample = Array.from({ length: 40_000 }, () => drawMean(belief, draws));
      const average = sample.reduce((sum, one) => sum + one, 0) / sample.length;
      const squares = sample.reduce((sum, one) => sum + (one - average) ** 2, 0) / sample.length;
      // Four standard errors of a mean of 40 000 draws are a fiftieth of the deviation.
      expect(Math.abs(average - mean)).toBeLessThan(0.02 * Math.sqrt(variance));
      expect(squares / variance).toBeGreaterThan(0.85);
      expect(squares / variance).toBeLessThan(1.15);
    }
  });
});

describe('Beliefs from strata', () => {
  it('of one stratum are its posteriors', () => {
    const stratum = [events(100, 7), events(40, 1)];
    const [first, second] = stratifiedBeliefs(conversion, [stratum], 2);
    for (const [found, sums] of [[first!, stratum[0]!] as const, [second!, stratum[1]!] as const]) {
      const exact = beliefAfter(conversion, sums);
      if (found.kind !== 'rate' || exact.kind !== 'rate') throw new Error('a rate has the belief of a rate');
      expect(found.a).toBeCloseTo(exact.a, 9);
      expect(found.b).toBeCloseTo(exact.b, 9);
    }
    const value = { n: 7, sum: 79.7, sumOfSquares: 935.69 };
    const [belief] = stratifiedBeliefs(revenue, [[value]], 1);
    const exact = beliefAfter(revenue, value);
    if (belief?.kind !== 'value' || exact.kind !== 'value') throw new Error('a value has the belief of a value');
    expect([belief.mean, belief.scale, belief.degrees].map((one) => one.toFixed(10))).toEqual(
      [exact.mean, exact.scale, exact.degrees].map((one) => one.toFixed(10)),
    );
  });

  it('weigh strata alike for all arms', () => {
    const strata = [
      [events(100, 8), events(120, 5), events(90, 4)],
      [events(1000, 70), events(300, 12), events(500, 22)],
    ];
    // NumPy: weights 0.17701863 and 0.82298137, two moments of the mixture of scipy.stats.beta.
    const golden = [
      [71.6655710630012, 927.8380311876554],
      [16.14505254371421, 384.1332929845054],
      [26.046395655677543, 564.5836870281792],
    ];
    for (const [k, belief] of stratifiedBeliefs(conversion, strata, 3).entries()) {
      if (belief.kind !== 'rate') throw new Error('a rate has the belief of a rate');
      expect(belief.a).toBeCloseTo(golden[k]![0]!, 8);
      expect(belief.b).toBeCloseTo(golden[k]![1]!, 8);
    }
  });

  it('know nothing beyond the prior while no stratum has units of every arm', () => {
    const beliefs = stratifiedBeliefs(conversion, [[events(100, 50), events(0, 0)]], 2);
    expect(beliefs).toEqual([beliefAfter(conversion, events(0, 0)), beliefAfter(conversion, events(0, 0))]);
  });

  it('are not fooled by shares that change while the base rate changes, as the plain mean is', () => {
    // Equal arms; the first gets most units on a bad day, the second on a good one.
    const draws = seededDraws(3);
    const count = (n: number, rate: number) => events(n, draws.poisson(n * rate));
    const strata = [
      [count(9_000, 0.02), count(1_000, 0.02)],
      [count(1_000, 0.08), count(9_000, 0.08)],
    ];
    const plain = [0, 1].map((k) => strata.reduce((sum, one) => sum + one[k]!.sum, 0) / 10_000);
    expect(plain[1]! / plain[0]!).toBeGreaterThan(2);
    const [one, other] = stratifiedBeliefs(conversion, strata, 2).map(momentsOf);
    const z = (one!.mean - other!.mean) / Math.sqrt(one!.variance + other!.variance);
    expect(Math.abs(z)).toBeLessThan(2.5);
  });
});
