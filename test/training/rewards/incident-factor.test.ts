import { describe, expect, it } from 'vitest';
import { incidentFactor } from '../../../training/rewards/incident-factor.ts';

/** A minute in which control's rate is this, and a hundred units are treated. */
const minute = (rate: number, index: number) => ({ startMs: index * 60_000, expected: 100 * rate, treated: 100 });
const minutes = (rates: readonly number[]) => rates.map(minute);
const rising = (before: number, factor: number, after: number) =>
  minutes([...Array<number>(before).fill(0.01), ...Array<number>(after).fill(0.01 * factor)]);

describe('what control itself has more of than usual in the end', () => {
  it('is that of a shared incident', () => {
    const shown = rising(30, 10, 20);
    expect(incidentFactor(shown, shown.slice(30))).toBeCloseTo(10, 6);
    // Half of the latest hour was quiet, and what it says of harm is mixed in the same way.
    expect(incidentFactor(shown, shown.slice(10))).toBeCloseTo(5.5, 6);
  });

  it('is nothing where control has at most twice as much, as by the hour of the day, or less than it had', () => {
    expect(incidentFactor(rising(30, 1.9, 20), rising(30, 1.9, 20).slice(30))).toBe(1);
    expect(incidentFactor(rising(30, 0.1, 20), rising(30, 0.1, 20).slice(30))).toBe(1);
  });

  it('cannot be known where nothing else was ever seen, or nothing at all', () => {
    const always = rising(0, 10, 20);
    expect(incidentFactor(always, always)).toBe(1);
    expect(incidentFactor([], [])).toBe(1);
    const nobody = [{ startMs: 0, expected: 0, treated: 0 }];
    expect(incidentFactor(nobody, nobody)).toBe(1);
  });
});
