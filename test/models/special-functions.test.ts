import { describe, expect, it } from 'vitest';
import {
  lbeta,
  lgamma,
  log1mexp,
  logNormalCdf,
  logScaledNormalCdf,
  logSumExp,
  lowerRegularisedBeta,
  lowerRegularisedGamma,
  normalCdf,
  normalQuantile,
  upperRegularisedBeta,
  upperRegularisedGamma,
} from '../../models/special-functions.ts';
import golden from './golden.json' with { type: 'json' };
import reference from './golden-special-functions.json' with { type: 'json' };

/** Distance from a reference value as a share of it; where that is 0, as it is. */
const errorOf = (value: number, expected: number) =>
  expected === 0 ? Math.abs(value) : Math.abs(value - expected) / Math.abs(expected);

/** The rows of a table that a function misses by more than a share of the reference value: arguments, value, reference. */
function missed(rows: readonly (readonly number[])[], limit: number, f: (...args: number[]) => number, column = 0) {
  return rows.flatMap((row) => {
    const args = row.slice(0, f.length);
    const expected = row[f.length + column]!;
    const value = f(...args);
    return errorOf(value, expected) <= limit ? [] : [[args, value, expected]];
  });
}

describe('special functions', () => {
  it.each(golden.lgamma)('ln Γ(%d) agrees with 40-digit arithmetic', (x, expected) => {
    expect(Math.abs(lgamma(x!) / expected! - 1)).toBeLessThan(1e-14);
  });

  it.each(golden.upperGamma)('Q(%d, %d) agrees with 40-digit arithmetic', (a, x, expected) => {
    expect(Math.abs(upperRegularisedGamma(a!, x!) - expected!)).toBeLessThan(1e-12);
  });

  it('Q falls from 1 at zero to 0 at infinity', () => {
    expect(upperRegularisedGamma(3, 0)).toBe(1);
    expect(upperRegularisedGamma(3, Number.POSITIVE_INFINITY)).toBe(0);
    expect(upperRegularisedGamma(3, 1e9)).toBe(0);
  });

  it('log-sum-exp neither overflows nor loses an empty sum', () => {
    expect(logSumExp([1000, 1000])).toBeCloseTo(1000 + Math.LN2, 12);
    expect(logSumExp([-1000, -1000])).toBeCloseTo(-1000 + Math.LN2, 12);
    expect(logSumExp([])).toBe(Number.NEGATIVE_INFINITY);
  });
});

describe('special functions beside 60-digit reference values, over parameters 1e-3 to 1e7 and tails to 1e-300', () => {
  it.each([
    { name: 'ln Γ', rows: reference.lgamma, limit: 1e-14, f: (x: number) => lgamma(x) },
    { name: 'ln B', rows: reference.lbeta, limit: 1e-12, f: (a: number, b: number) => lbeta(a, b) },
    { name: 'ln(1 − e^x)', rows: reference.log1mexp, limit: 1e-15, f: (x: number) => log1mexp(x) },
    { name: 'Φ', rows: reference.normalCdf, limit: 1e-12, f: (z: number) => normalCdf(z) },
    { name: 'ln Φ', rows: reference.logNormalCdf, limit: 1e-12, f: (z: number) => logNormalCdf(z) },
    { name: 'z²/2 + ln Φ', rows: reference.logScaledNormalCdf, limit: 1e-12, f: (z: number) => logScaledNormalCdf(z) },
    { name: 'Φ⁻¹', rows: reference.normalQuantile, limit: 1e-14, f: (p: number) => normalQuantile(p) },
  ])('$name is within $limit of each', ({ rows, limit, f }) => {
    expect(missed(rows, limit, f)).toEqual([]);
  });

  it('P(a, x) and Q(a, x) are within 1e-10 of each', () => {
    const rows = reference.regularisedGamma;
    expect(missed(rows, 1e-10, (a: number, x: number) => lowerRegularisedGamma(a, x))).toEqual([]);
    expect(missed(rows, 1e-10, (a: number, x: number) => upperRegularisedGamma(a, x), 1)).toEqual([]);
  });

  it('I_x(a, b) and its complement are within 1e-9 of each', () => {
    const rows = reference.regularisedBeta;
    expect(missed(rows, 1e-9, (a: number, b: number, x: number) => lowerRegularisedBeta(x, a, b))).toEqual([]);
    expect(missed(rows, 1e-9, (a: number, b: number, x: number) => upperRegularisedBeta(x, a, b), 1)).toEqual([]);
  });
});

describe('the golden values of the incomplete beta, the normal distribution and what is made of them', () => {
  it.each([
    ['lbeta(3, 1e5)', lbeta(3, 1e5), -33.84565921410074],
    ['lbeta(1e6, 1e6)', lbeta(1e6, 1e6), -1386300.003362921],
    ['I_0.4(50, 60)', lowerRegularisedBeta(0.4, 50, 60), 0.1247068583431003],
    ['I_0.501(1e5, 1e5)', lowerRegularisedBeta(0.501, 1e5, 1e5), 0.814453255442443],
    ['I_1e-5(3, 1e5)', lowerRegularisedBeta(1e-5, 3, 1e5), 0.0803041561955605],
    ['I_0.4995(1e6, 1e6)', lowerRegularisedBeta(0.4995, 1e6, 1e6), 0.0786495775809018],
    ['Φ(−1)', normalCdf(-1), 0.158655253931457],
    ['Φ(−8)', normalCdf(-8), 6.22096057427178e-16],
    ['Φ⁻¹(1e-15)', normalQuantile(1e-15), -7.941345326170997],
    ['Φ⁻¹(1e-8)', normalQuantile(1e-8), -5.612001244174789],
    ['Φ⁻¹(0.3)', normalQuantile(0.3), -0.524400512708041],
  ])('%s', (_, value, expected) => {
    expect(errorOf(value, expected)).toBeLessThan(1e-10);
  });

  it.each([
    [12, 0, 0.5, 2.82205122854],
    [13, 0, 0.5, 3.14525767969],
    [15, 1, 0.5, 3.26432579364],
    [28, 10, 0.5, 3.03540986118],
    [82, 50, 0.5, 3.08024310997],
    [28, 10, 1.1 / 2.1, 2.39055913673],
  ])('the one-sided Beta mixture of %d against %d events at θ₀ = %d has log E %d', (nT, nC, theta, logE) => {
    const logMass = (a: number, b: number) => Math.log(upperRegularisedBeta(theta, a, b)) + lbeta(a, b);
    const logNull = nT * Math.log(theta) + nC * Math.log1p(-theta);
    expect(logMass(10 + nT, 10 + nC) - logMass(10, 10) - logNull).toBeCloseTo(logE, 10);
  });
});

describe('special functions at and beyond the ends of their ranges', () => {
  it('reach their limits', () => {
    expect([lgamma(0), lgamma(1), lgamma(2), lgamma(Number.POSITIVE_INFINITY)]).toEqual([
      Number.POSITIVE_INFINITY,
      0,
      0,
      Number.POSITIVE_INFINITY,
    ]);
    expect([lowerRegularisedGamma(3, 0), lowerRegularisedGamma(3, Number.POSITIVE_INFINITY)]).toEqual([0, 1]);
    expect([lowerRegularisedBeta(0, 2, 3), lowerRegularisedBeta(1, 2, 3)]).toEqual([0, 1]);
    expect([upperRegularisedBeta(0, 2, 3), upperRegularisedBeta(1, 2, 3)]).toEqual([1, 0]);
    expect([normalCdf(Number.NEGATIVE_INFINITY), normalCdf(Number.POSITIVE_INFINITY), normalCdf(40)]).toEqual([
      0, 1, 1,
    ]);
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
    expect(log1mexp(0)).toBe(Number.NEGATIVE_INFINITY);
  });

  it('are not numbers outside', () => {
    const outside = [lgamma(-1), lgamma(Number.NEGATIVE_INFINITY), lgamma(Number.NaN), log1mexp(1)];
    const beyond = [normalQuantile(-0.1), normalQuantile(1.1), normalQuantile(Number.NaN), normalCdf(Number.NaN)];
    const beta = [lowerRegularisedBeta(1.1, 2, 3), lowerRegularisedBeta(0.5, 0, 3), upperRegularisedBeta(-0.1, 2, 3)];
    for (const value of [...outside, ...beyond, ...beta]) expect(value).toBeNaN();
  });

  it('the quantile undoes the distribution in both tails', () => {
    for (const z of [-37, -20, -8, -3, -1, -0.2, 0.2, 1, 3]) expect(normalQuantile(normalCdf(z))).toBeCloseTo(z, 10);
  });

  it('both sides of the incomplete beta sum to 1', () => {
    for (const [a, b, x] of reference.regularisedBeta) {
      expect(lowerRegularisedBeta(x!, a!, b!) + upperRegularisedBeta(x!, a!, b!)).toBeCloseTo(1, 14);
    }
  });
});
