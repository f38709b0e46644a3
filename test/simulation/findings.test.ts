import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../simulation/index.ts';
import { shareInterval } from '../../simulation/share-interval.ts';

describe('the interval of a share', () => {
  // Closed forms at the ends: 1 − 0.025^(1/n), and 0.05/2 raised to 1/n.
  it('is that of Clopper and Pearson', () => {
    expect(shareInterval(0, 10).lower).toBe(0);
    expect(shareInterval(0, 10).upper).toBeCloseTo(1 - 0.025 ** (1 / 10), 10);
    expect(shareInterval(10, 10).lower).toBeCloseTo(0.025 ** (1 / 10), 10);
    expect(shareInterval(10, 10).upper).toBe(1);
    expect(shareInterval(3, 10).lower).toBeCloseTo(0.066_74, 5);
    expect(shareInterval(3, 10).upper).toBeCloseTo(0.652_45, 5);
  });
});

describe('findings', () => {
  const runs = Array.from({ length: 100 }, (_, run) => ({ early: run < 20 ? run : null, never: null }));

  it('count the runs in which an alarm rang, and tell when it did in the middle one', () => {
    const [early, never] = findingsOf({ promise: () => undefined }, 'cell', runs);
    expect(early).toMatchObject({
      alarm: 'early',
      hits: 20,
      runs: 100,
      share: 0.2,
      medianMinute: 9,
      verdict: 'not promised',
    });
    expect(never).toMatchObject({ hits: 0, medianMinute: null });
  });

  it('refute a promise only when the whole interval speaks against it', () => {
    const verdictOf = (promise: { atMost?: number; atLeast?: number }) =>
      findingsOf({ promise: () => promise }, 'cell', runs)[0]?.verdict;
    expect(verdictOf({ atMost: 0.1 })).toBe('refuted');
    expect(verdictOf({ atMost: 0.15 })).toBe('kept');
    expect(verdictOf({ atLeast: 0.9 })).toBe('refuted');
    expect(verdictOf({ atLeast: 0.2 })).toBe('kept');
  });
});
