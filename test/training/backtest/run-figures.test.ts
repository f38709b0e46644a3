import { describe, expect, it } from 'vitest';
import { type BacktestRun, fairnessGaps, runErrors, type SegmentedRun } from '../../../training/index.ts';
import { seededDraws } from '../../models/seeded-draws.ts';

const options = (seed: number, replicates = 400) => ({ replicates, level: 0.95, uniform: seededDraws(seed).uniform });

const run = (cluster: string, isHarmful: boolean, isRolledBack: boolean, delayMinutes?: number): BacktestRun => ({
  cluster,
  isHarmful,
  isRolledBack,
  ...(delayMinutes !== undefined && { delayMinutes }),
});

describe('errors by run', () => {
  it('are shares of benign and of harmful runs, and delays of those that were caught', () => {
    const runs = [
      run('a', false, false),
      run('b', false, true, 5),
      run('c', false, false),
      run('d', false, false),
      run('e', true, true, 10),
      run('f', true, true, 40),
      run('g', true, true, 20),
      run('h', true, false),
    ];
    const { falseRollback, miss, delayMedian, delayP90 } = runErrors(runs, options(1));
    expect([falseRollback.value, miss.value, delayMedian.value, delayP90.value]).toEqual([0.25, 0.25, 20, 40]);
    expect(falseRollback.lower).toBe(0);
    expect(falseRollback.upper).toBeGreaterThan(0.5);
  });

  it('have no value where there is nothing to count', () => {
    const { falseRollback, miss } = runErrors([run('a', true, true, 1)], options(1));
    expect(falseRollback).toEqual({ value: Number.NaN, lower: Number.NaN, upper: Number.NaN });
    expect(miss).toEqual({ value: 0, lower: 0, upper: 0 });
  });

  it('have 95 % intervals that cover the truth in 90 to 98 % of 200 backtests, with ten like runs in a cluster', () => {
    let covered = 0;
    for (let seed = 0; seed < 200; seed += 1) {
      const draws = seededDraws(7000 + seed);
      const runs = Array.from({ length: 100 }, (_, cluster) => {
        const isRolledBack = draws.uniform() < 0.3;
        return Array.from({ length: 10 }, () => run(`${cluster}`, false, isRolledBack));
      }).flat();
      const { lower, upper } = runErrors(runs, options(seed, 200)).falseRollback;
      if (lower <= 0.3 && 0.3 <= upper) covered += 1;
    }
    // Percentile intervals of 100 clusters cover a little less than they say; standard error 1.5 points.
    expect(covered / 200).toBeGreaterThan(0.9);
    expect(covered / 200).toBeLessThanOrEqual(0.98);
  });
});

describe('fairness gaps', () => {
  const segmentRuns = (
    segment: string,
    { benign, harmful, frb, miss }: { benign: number; harmful: number; frb: number; miss: number },
    draws: { uniform(): number },
  ): readonly SegmentedRun[] =>
    Array.from({ length: benign + harmful }, (_, i) => {
      const isHarmful = i >= benign;
      const isRolledBack = draws.uniform() < (isHarmful ? 1 - miss : frb);
      return {
        ...run(`${segment}-${i}`, isHarmful, isRolledBack),
        segment,
        score: isRolledBack ? 1 : 0,
        harmPerUser: miss,
      };
    });
  const usual = { benign: 300, harmful: 300, frb: 0.02, miss: 0.05 };

  it('block a promotion that is worse for one segment, and name it', () => {
    const draws = seededDraws(1);
    const runs = [
      ...segmentRuns('large', usual, draws),
      ...segmentRuns('small', { ...usual, frb: 0.12, miss: 0.3 }, draws),
      ...segmentRuns('middle', usual, draws),
      ...segmentRuns('tiny', { ...usual, benign: 49, frb: 1 }, draws),
    ];
    const gaps = fairnessGaps(runs, options(2));
    expect(gaps.segments).toEqual(['large', 'small', 'middle']);
    expect(gaps.falseRollback).toMatchObject({ worst: 'small', blocksPromotion: true });
    expect(gaps.miss).toMatchObject({ worst: 'small', blocksPromotion: true });
    expect(gaps.harm).toMatchObject({ worst: 'small', blocksPromotion: false });
    expect(gaps.harm!.value).toBeCloseTo(0.25, 12);
  });

  it('block at most 5 % of promotions that are alike in five segments', () => {
    let blocked = 0;
    for (let seed = 0; seed < 100; seed += 1) {
      const draws = seededDraws(500 + seed);
      const runs = ['a', 'b', 'c', 'd', 'e'].flatMap((segment) =>
        segmentRuns(segment, { ...usual, benign: 60, harmful: 50, frb: 0.1 }, draws),
      );
      if (fairnessGaps(runs, options(seed, 200)).falseRollback!.blocksPromotion) blocked += 1;
    }
    // Expected 5 at most, standard deviation 2.2.
    expect(blocked).toBeLessThanOrEqual(5 + 2 * 2.2);
  });

  it('are not looked for between fewer than two segments of a size', () => {
    expect(fairnessGaps(segmentRuns('only', usual, seededDraws(3)), options(1))).toEqual({ segments: ['only'] });
  });
});
