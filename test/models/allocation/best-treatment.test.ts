import { describe, expect, it } from 'vitest';
import { bestTreatment } from '../../../models/allocation/best-treatment.ts';
import { addContrastWindow, type Contrast, NO_CONTRAST } from '../../../models/allocation/contrast.ts';
import { logBetterEValue, utilityDifference } from '../../../models/allocation/utility-contrast.ts';
import { type SeededDraws, seededDraws } from '../seeded-draws.ts';

const events = (n: number, x: number) => ({ n, sum: x, sumOfSquares: x });

describe('A contrast', () => {
  it('adds up what each window says of the difference', () => {
    const window = { a: events(30, 6), b: events(10, 1), theta: 0.75, centre: 0.1, dispersion: 1 };
    const { s, v, weight } = addContrastWindow(NO_CONTRAST, window);
    // ¼ (6 − 3) − ¾ (1 − 1), and 1/16 (6 − 1.2 + 0.3) + 9/16 (1 − 0.2 + 0.1), and 3/16 · 40.
    expect(s).toBeCloseTo(0.75, 12);
    expect(v).toBeCloseTo(5.1 / 16 + (9 * 0.9) / 16, 12);
    expect(weight).toBeCloseTo(7.5, 12);
    expect(addContrastWindow(NO_CONTRAST, { ...window, dispersion: 2 }).v).toBeCloseTo(2 * v, 12);
  });

  it('has the golden e-value of a difference of utilities', () => {
    const objectives = [{ worth: 2, deviation: 0.2, contrast: { s: 12, v: 30, weight: 900 } }];
    expect(utilityDifference(objectives)!.difference).toBeCloseTo(0.02666666666666667, 14);
    expect(utilityDifference(objectives)!.standardError).toBeCloseTo(0.012171612389003692, 14);
    // Quadrature of exp(λS − λ²V/2) over the half-normal mixtures (scipy.integrate.quad), V = 1080.
    expect(logBetterEValue(objectives, 0.02)).toBeCloseTo(1.3843556962000922, 9);
  });

  it('of several objectives is no surer than metrics that go together in the worst way allow', () => {
    const one = { worth: 1, deviation: 0.2, contrast: { s: 12, v: 30, weight: 900 } };
    const twice = utilityDifference([one, one])!;
    expect(twice.difference / twice.standardError).toBeCloseTo(12 / Math.sqrt(30), 12);
    expect(logBetterEValue([one, one], 0.02)).toBeCloseTo(logBetterEValue([one], 0.02), 12);
    expect(utilityDifference([one, { ...one, contrast: NO_CONTRAST }])).toBeNull();
  });
});

describe('The best treatment', () => {
  const line = Math.log(3 / 0.05);
  const peaks = (...rows: readonly (readonly number[])[]) => rows;
  const rule = { treatments: 3, alpha: 0.05 };

  it('has passed the line of K over α against every other that is left', () => {
    const found = peaks([0, 1, 1], [line, 0, line + 1], [0, 0, 0]);
    expect(bestTreatment(found, [0, 1, 2], rule)).toEqual({ logLine: line, best: 1 });
    const almost = peaks([0, 1, 1], [line, 0, line - 0.01], [0, 0, 0]);
    expect(bestTreatment(almost, [0, 1, 2], rule).best).toBeUndefined();
    expect(bestTreatment(almost, [0, 1], rule).best).toBe(1);
    expect(bestTreatment(found, [1], rule).best).toBeUndefined();
  });
});

/** One comparison of three equal or unequal arms, whose shares follow the data greedily and whose base rate swings. */
function callsOfRun(draws: SeededDraws, rates: readonly number[], windows: number, alpha: number): number | undefined {
  const K = rates.length;
  const contrasts = rates.map(() => rates.map((): Contrast => NO_CONTRAST));
  const peaks = rates.map(() => rates.map(() => 0));
  const totals = rates.map(() => ({ n: 0, x: 0 }));
  for (let t = 0; t < windows; t += 1) {
    const leader = totals.reduce((best, one, k) => (one.x / one.n > totals[best]!.x / totals[best]!.n ? k : best), 0);
    const shares = rates.map((_, k) => (k === leader ? 0.6 : 0.4 / (K - 1)));
    const swing = 1 + 0.6 * Math.sin(t / 9);
    const centre = totals.reduce((sum, { x }) => sum + x, 5) / totals.reduce((sum, { n }) => sum + n, 100);
    const window = rates.map((rate, k) => {
      const n = draws.poisson(120 * shares[k]!);
      return events(n, Math.min(n, draws.poisson(n * rate * swing)));
    });
    for (let a = 0; a < K; a += 1)
      for (let b = 0; b < K; b += 1) {
        if (a === b) continue;
        const theta = shares[a]! / (shares[a]! + shares[b]!);
        const seen = { a: window[a]!, b: window[b]!, theta, centre, dispersion: 1 };
        contrasts[a]![b] = addContrastWindow(contrasts[a]![b]!, seen);
      }
    for (const [k, { n, sum }] of window.entries()) totals[k] = { n: totals[k]!.n + n, x: totals[k]!.x + sum };
    if (totals.some(({ n, x }) => n < 100 || x < 20)) continue;
    for (let a = 0; a < K; a += 1)
      for (let b = 0; b < K; b += 1) {
        const objective = { worth: 1, deviation: Math.sqrt(0.05), contrast: contrasts[a]![b]! };
        if (a !== b) peaks[a]![b] = Math.max(peaks[a]![b]!, logBetterEValue([objective], alpha / K));
      }
    const { best } = bestTreatment(peaks, [0, 1, 2], { treatments: K, alpha });
    if (best !== undefined) return best;
  }
  return undefined;
}

describe('Calls of a best treatment under greedy shares and a swinging base rate', () => {
  it('are false in no more than α of the runs when all are equal', () => {
    const draws = seededDraws(71);
    const runs = 400;
    const calls = Array.from({ length: runs }, () => callsOfRun(draws, [0.05, 0.05, 0.05], 200, 0.1));
    const falseCalls = calls.filter((best) => best !== undefined).length;
    // Nominal 10 %; 400 runs have a standard error of 1.5 points at that, and the union bound leaves room below it.
    expect(falseCalls / runs).toBeLessThan(0.1);
  });

  it('find the better one when there is one', () => {
    const draws = seededDraws(72);
    const calls = Array.from({ length: 40 }, () => callsOfRun(draws, [0.05, 0.05, 0.065], 400, 0.1));
    expect(calls.filter((best) => best === 2).length).toBeGreaterThan(30);
    expect(calls.filter((best) => best === 0 || best === 1).length).toBeLessThan(2);
  });
});
