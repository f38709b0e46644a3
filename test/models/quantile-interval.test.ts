import { describe, expect, it } from 'vitest';
import { durationBinOf, durationBinUpperMs } from '../../domain/index.ts';
import { type DurationSketch, EMPTY_SKETCH, flatSketch } from '../../models/index.ts';
import {
  deviationBound,
  logBetaBinomialMixture,
  quantileInterval,
  quantileOrders,
} from '../../models/quantile-interval.ts';
import golden from './golden-intervals.json' with { type: 'json' };
import { seededDraws } from './seeded-draws.ts';

describe('the interval of a quantile', () => {
  it.each(golden.orders)('has the golden order statistics at p = $p, n* = $sharpestAt', (expected) => {
    const { p, n, sharpestAt, below, above, lower, upper } = expected;
    const question = { p, n, sharpestAt, alpha: 0.05 };
    expect(deviationBound(question, -1, n * p)).toBeCloseTo(below, 9);
    expect(deviationBound(question, 1, n * (1 - p))).toBeCloseTo(above, 9);
    expect(quantileOrders(question)).toEqual({ lower, upper });
  });

  it('rests on the golden mixture', () => {
    const { s, logM, bound, ...question } = golden.betaBinomial;
    expect(logBetaBinomialMixture({ ...question, alpha: 0.05 }, s)).toBeCloseTo(logM, 10);
    expect(deviationBound({ ...question, alpha: 0.05 }, 1, 500)).toBeCloseTo(bound, 8);
  });

  it.each(golden.bernoulli)('rules out a share of events beyond the golden ends for $events of $n', (expected) => {
    const { events, n, sharpestAt, ends } = expected;
    const evidenceAgainst = (p: number) => logBetaBinomialMixture({ p, n, sharpestAt, alpha: 0.05 }, events - n * p);
    const [lower, upper] = ends;
    expect(evidenceAgainst(lower! - 2e-6)).toBeGreaterThan(Math.log(20));
    expect(evidenceAgainst(lower! + 2e-6)).toBeLessThan(Math.log(20));
    expect(evidenceAgainst(upper! - 2e-6)).toBeLessThan(Math.log(20));
    expect(evidenceAgainst(upper! + 2e-6)).toBeGreaterThan(Math.log(20));
  });

  it('has no limit where there are too few units', () => {
    expect(quantileOrders({ p: 0.99, n: 50, sharpestAt: 1000, alpha: 0.05 }).upper).toBeGreaterThan(50);
    const few: DurationSketch = { [durationBinOf(100)]: 5 };
    expect(quantileInterval(flatSketch(few), 0.95, 0.05)).toEqual({ lowerMs: 0, upperMs: null });
    expect(quantileInterval(EMPTY_SKETCH, 0.95, 0.05)).toBeUndefined();
  });

  it('ends at edges of the bins that hold the order statistics', () => {
    const sketch: DurationSketch = { '10': 448, '11': 1, '12': 102, '13': 1, '14': 448 };
    const orders = quantileOrders({ p: 0.5, n: 1000, sharpestAt: 1000, alpha: 0.05 });
    const binAt = (order: number) => [448, 449, 551, 552, 1000].findIndex((reached) => order <= reached) + 10;
    expect(quantileInterval(flatSketch(sketch), 0.5, 0.05)).toEqual({
      lowerMs: durationBinUpperMs(binAt(orders.lower) - 1),
      upperMs: durationBinUpperMs(binAt(orders.upper)),
    });
  });

  it('counts faded bins rounded down', () => {
    const faded: DurationSketch = { '5': 0.9, '10': 400.7, '20': 300.2, '30': 0.4 };
    const whole: DurationSketch = { '10': 400, '20': 300 };
    expect(quantileInterval(flatSketch(faded), 0.5, 0.05)).toEqual(quantileInterval(flatSketch(whole), 0.5, 0.05));
    expect(quantileInterval(flatSketch({ '5': 0.9 }), 0.5, 0.05)).toBeUndefined();
  });

  it('hardly ever misses the truth over 3 000 units looked at every 50 (α = 0.05, standard error 1.1 points)', () => {
    const trueP95 = 100 * Math.exp(0.8 * 1.6448536269514722);
    let missed = 0;
    for (let seed = 0; seed < 400; seed += 1) if (everMisses(seed, trueP95)) missed += 1;
    expect(missed / 400).toBeLessThan(0.05);
  });

  it('misses a wrong value, so that it is not empty talk', () => {
    expect(everMisses(1, 500)).toBe(true);
    expect(everMisses(1, 250)).toBe(true);
  });
});

/** Whether the interval of the 95 % quantile of log-normal durations ever leaves a value out. */
function everMisses(seed: number, value: number): boolean {
  const draws = seededDraws(7000 + seed);
  const sketch: Record<string, number> = {};
  for (let n = 1; n <= 3000; n += 1) {
    const bin = durationBinOf(100 * Math.exp(0.8 * draws.normal()));
    sketch[bin] = (sketch[bin] ?? 0) + 1;
    if (n % 50 !== 0) continue;
    const { lowerMs, upperMs } = quantileInterval(flatSketch({ ...sketch }), 0.95, 0.05)!;
    if (value < lowerMs || (upperMs !== null && value > upperMs)) return true;
  }
  return false;
}
