import { describe, expect, it } from 'vitest';
import { hasEstimate } from '../../../dashboards/console/format/effects.ts';
import { percent, powerOfTen, probability, significant } from '../../../dashboards/console/format/numbers.ts';

describe('numbers in the console', () => {
  it('have no zeros that mean nothing, and no negative zero', () => {
    expect(powerOfTen(-0.04)).toBe('10^0.0');
    expect(powerOfTen(-0.06)).toBe('10^-0.1');
    expect(significant(0.30000000000000004, 3)).toBe('0.3');
    expect(significant(138_228.4, 3)).toBe('138,228');
    expect(significant(Number.POSITIVE_INFINITY, 3)).toBe('∞');
  });

  it('keep a unit on the line of its number, and never call a probability certain', () => {
    expect(percent(0.00777)).toBe('0.777\u00a0%');
    expect(probability(0.9999)).toBe('over 99.9\u00a0%');
  });

  it('show an effect only where the estimate lies inside its interval', () => {
    expect(hasEstimate({ ratio: 1.1, lower: 0.8, upper: 1.4 })).toBe(true);
    expect(hasEstimate({ ratio: 1.1, lower: 0.8, upper: null })).toBe(true);
    expect(hasEstimate({ ratio: 0.02, lower: 0.02, upper: 50 })).toBe(false);
    expect(hasEstimate({ ratio: 50, lower: 0.02, upper: 50 })).toBe(false);
    expect(hasEstimate({ ratio: 0, lower: 0, upper: 6 })).toBe(false);
    expect(hasEstimate({ ratio: null, lower: null, upper: null })).toBe(false);
  });
});
