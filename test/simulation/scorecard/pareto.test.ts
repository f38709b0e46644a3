import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeScoreCard } from '../../../simulation/scorecard/index.ts';
import { hypervolume, type Point, paretoFront } from '../../../simulation/scorecard/pareto.ts';
import { aBenignRun, aHarmfulRun, aPlan } from './builders.ts';

const REFERENCE = { hours: 12, harm: 1 };
const point = (hours: number, harm: number): Point => ({ hours, harm });

describe('a Pareto front', () => {
  it('keeps what nothing beats, and all of equal points', () => {
    const front = [point(1, 0.5), point(2, 0.2), point(2, 0.2), point(6, 0.1)];
    expect(paretoFront([...front, point(2, 0.3), point(7, 0.1), point(1, 0.6)])).toEqual(front);
  });

  it('of nothing is empty', () => {
    expect(paretoFront([])).toEqual([]);
  });
});

describe('the hypervolume', () => {
  it('is that of the stairs by hand', () => {
    // 11 × 0.5 + 10 × 0.3 + 6 × 0.1
    expect(hypervolume([point(2, 0.2), point(6, 0.1), point(1, 0.5), point(7, 0.4)], REFERENCE)).toBeCloseTo(9.1, 12);
  });

  it('is 12 for no harm at once, and 0 for nothing or for points on and beyond the reference', () => {
    expect(hypervolume([point(0, 0)], REFERENCE)).toBe(12);
    expect(hypervolume([], REFERENCE)).toBe(0);
    expect(hypervolume([point(12, 0), point(0, 1), point(1, 3)], REFERENCE)).toBe(0);
  });

  it('never shrinks with another point, and does not count one twice', () => {
    const anyPoint = fc.record({
      hours: fc.double({ min: 0, max: 14, noNaN: true }),
      harm: fc.double({ min: 0, max: 1.2, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(anyPoint, { maxLength: 6 }), anyPoint, (points, more) => {
        const area = hypervolume(points, REFERENCE);
        expect(hypervolume([...points, more], REFERENCE)).toBeGreaterThanOrEqual(area - 1e-12);
        expect(hypervolume([...points, ...points], REFERENCE)).toBeCloseTo(area, 12);
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});

describe('the front of a sweep', () => {
  // 50 worlds: one false rollback is 2 %, two are 4 %.
  const runsOf = (
    policy: string,
    { hours, harm, wrong }: { readonly hours: number; readonly harm: number; readonly wrong: number },
  ) =>
    Array.from({ length: 50 }, (_, index) => [
      aHarmfulRun({ policy, seed: index + 1, harm }),
      aBenignRun({ policy, seed: index + 1, hoursTo95: hours, end: index < wrong ? 'rolledBack' : 'completed' }),
    ]).flat();
  const outcomes = [
    ...runsOf('slow', { hours: 6, harm: 0.1, wrong: 0 }),
    ...runsOf('even', { hours: 2, harm: 0.2, wrong: 1 }),
    ...runsOf('late', { hours: 7, harm: 0.15, wrong: 0 }),
    ...runsOf('rash', { hours: 1, harm: 0.1, wrong: 2 }),
  ];
  const frontOf = (policies: readonly string[]) =>
    makeScoreCard(outcomes, aPlan({ sweeps: [{ name: 'speed', policies }] })).fronts[0]!;

  it('admits settings with at most 2 % false rollbacks, and marks those that none beats', () => {
    const { settings, hypervolume: volume } = frontOf(['slow', 'even', 'late', 'rash']);
    expect(settings.filter(({ isEligible }) => isEligible).map(({ policy }) => policy)).toEqual([
      'slow',
      'even',
      'late',
    ]);
    expect(settings.filter(({ isOnFront }) => isOnFront).map(({ policy }) => policy)).toEqual(['slow', 'even']);
    // 10 × 0.8 + 6 × 0.1; where a resample admits the rash one too, 11 × 0.9.
    expect(volume.value).toBeCloseTo(8.6, 12);
    expect(volume.upper).toBeCloseTo(9.9, 12);
  });

  it('is worth nothing when no setting is admitted', () => {
    const { settings, hypervolume: volume } = frontOf(['rash']);
    expect(settings).toEqual([{ policy: 'rash', isEligible: false, isOnFront: false }]);
    expect(volume.value).toBe(0);
  });
});
