import { describe, expect, it } from 'vitest';
import { lgamma, logSumExp, upperRegularisedGamma } from '../../models/index.ts';
import golden from './golden.json' with { type: 'json' };

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
