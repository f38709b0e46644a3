import { describe, expect, it } from 'vitest';
import { seededDraws } from '../../../simulation/draws.ts';
import { findRoot } from '../../../simulation/policies/kayenta/find-root.ts';
import { judgeMetric, type MetricConfig } from '../../../simulation/policies/kayenta/judge-metric.ts';
import { KAYENTA } from '../../../simulation/policies/kayenta/kayenta.ts';
import { ranksOf, shiftInterval } from '../../../simulation/policies/kayenta/mann-whitney.ts';
import { removeOutliers } from '../../../simulation/policies/kayenta/remove-outliers.ts';
import { type GroupedJudgement, scoreMetrics } from '../../../simulation/policies/kayenta/score-metrics.ts';
import { anArm, endOf, movesOf, play, steady } from './play.ts';

const sorted = (values: readonly number[]) => Float64Array.from(values).sort();
const repeated = (value: number, times: number): readonly number[] => Array.from({ length: times }, () => value);

const CONFIG: MetricConfig = {
  direction: 'increase',
  isCritical: true,
  mustHaveData: false,
  nanStrategy: 'remove',
  hasOutlierRemoval: false,
  effectSize: 'meanRatio',
  allowedIncrease: 1,
  allowedDecrease: 1,
  criticalIncrease: 1,
  criticalDecrease: 1,
};

const judge = (experiment: readonly number[], control: readonly number[], config: Partial<MetricConfig> = {}) =>
  judgeMetric({ experiment, control }, { ...CONFIG, ...config }, seededDraws(1, 1));

describe('the Mann-Whitney interval', () => {
  it('is that of spinnaker/spinnaker#6278 to the last digits', () => {
    const x = sorted([...repeated(100, 7), ...repeated(1, 3)]);
    const y = sorted(repeated(1, 10));
    const { estimate, lower } = shiftInterval(x, y, 0.98);
    expect(estimate).toBeCloseTo(98.99992904170193, 12);
    expect(lower).toBeCloseTo(6.825022991538795e-5, 14);
  });

  it('covers the true shift in all but about two in a hundred samples, and moves along with it', () => {
    let missed = 0;
    for (let run = 0; run < 400; run += 1) {
      const draws = seededDraws(run, 1);
      const y = sorted(Array.from({ length: 60 }, () => draws.normal()));
      const x = sorted(Array.from({ length: 50 }, () => draws.normal() + 2));
      const before = shiftInterval(x, y, 0.98);
      const after = shiftInterval(
        x.map((value) => value + 5),
        y,
        0.98,
      );
      expect(after.estimate).toBeCloseTo(before.estimate + 5, 1);
      if (before.lower > 2 || before.upper < 2) missed += 1;
    }
    expect(missed).toBeGreaterThanOrEqual(2);
    expect(missed).toBeLessThanOrEqual(18);
  });

  it('shares ranks among equal values', () => {
    expect(ranksOf(sorted([1, 2, 2]), sorted([2, 3]), 0)).toEqual({ rankSum: 1 + 3 + 3, tieCubes: 24 });
  });

  it('finds roots of smooth functions to its tolerance', () => {
    expect(findRoot((x) => x ** 3 - 2, { from: 0, to: 5, tolerance: 1e-10 })).toBeCloseTo(2 ** (1 / 3), 9);
    expect(findRoot((x) => x, { from: 0, to: 5, tolerance: 1e-4 })).toBe(0);
  });
});

describe('the judge of one metric', () => {
  it('passes a gross increase whose interval starts inside a quarter of the estimate (#6278)', () => {
    expect(judge([...repeated(100, 7), ...repeated(1, 3)], repeated(1, 10)).label).toBe('pass');
  });

  it('passes a change of the variance (#780)', () => {
    const wide = Array.from({ length: 60 }, (_, k) => 10 + (k % 2 === 0 ? 9 : -9) + k / 100);
    const narrow = Array.from({ length: 60 }, (_, k) => 10.3 + k / 1000);
    expect(judge(wide, narrow).label).toBe('pass');
  });

  it('calls a clear increase high, and a critical failure where it is critical', () => {
    const experiment = Array.from({ length: 30 }, (_, k) => 5 + k / 100);
    const control = Array.from({ length: 30 }, (_, k) => 1 + k / 100);
    expect(judge(experiment, control)).toEqual({ label: 'high', isCriticalFailure: true });
    expect(judge(experiment, control, { isCritical: false })).toEqual({ label: 'high', isCriticalFailure: false });
    expect(judge(control, experiment).label).toBe('pass');
    expect(judge(control, experiment, { direction: 'either' }).label).toBe('low');
    expect(judge(experiment, control, { allowedIncrease: 10 }).label).toBe('pass');
    expect(judge(experiment, control, { effectSize: 'cles', allowedIncrease: 0.5, criticalIncrease: 0.5 }).label).toBe(
      'high',
    );
  });

  it('fails a metric that control never shows, but not the canary: the ratio of the means is unknown', () => {
    expect(judge(repeated(2, 20), repeated(0, 20))).toEqual({ label: 'high', isCriticalFailure: false });
  });

  it('tells two different constants apart and passes equal ones', () => {
    expect(judge(repeated(5, 20), repeated(1, 20)).label).toBe('high');
    expect(judge(repeated(1, 20), repeated(1, 5)).label).toBe('pass');
    expect(judge([3, 1, 2], [2, 3, 1]).label).toBe('pass');
  });

  it('has three ways with missing data', () => {
    expect(judge([Number.NaN], [1])).toEqual({ label: 'nodata', isCriticalFailure: true });
    expect(judge([], [1], { isCritical: false, mustHaveData: true }).label).toBe('nodataFail');
    expect(judge([], [1], { nanStrategy: 'replace' }).label).toBe('pass');
  });

  it('drops outliers beyond three interquartile ranges', () => {
    const values = Array.from({ length: 200 }, (_, k) => k / 100);
    expect(removeOutliers(sorted([...values, 1000])).at(-1)).toBe(1.99);
    expect(removeOutliers(sorted(values))).toHaveLength(200);
  });
});

describe('the score', () => {
  const judged = (label: GroupedJudgement['label'], group: string, isCriticalFailure = false): GroupedJudgement => ({
    label,
    group,
    isCriticalFailure,
  });

  it('weighs groups, and lets those without a weight share the rest', () => {
    const metrics = [judged('pass', 'a'), judged('high', 'a'), judged('pass', 'b'), judged('high', 'c')];
    expect(scoreMetrics(metrics, {})).toBe(50);
    expect(scoreMetrics(metrics, { a: 50, b: 40, c: 10 })).toBe(65);
    expect(scoreMetrics(metrics, { a: 40 })).toBe(50);
    expect(scoreMetrics([judged('pass', 'a'), judged('pass', 'b'), judged('high', 'c')], {})).toBe(66.67);
  });

  it('is 0 for a critical failure, and where half of the metrics have no data', () => {
    expect(scoreMetrics([judged('pass', 'a'), judged('high', 'b', true)], { a: 99, b: 1 })).toBe(0);
    expect(scoreMetrics([judged('pass', 'a'), judged('nodata', 'b')], {})).toBe(0);
    expect(scoreMetrics([judged('pass', 'a'), judged('pass', 'a'), judged('nodata', 'b')], {})).toBe(100);
  });
});

describe('the canary', () => {
  it('climbs by the hour with a judgement at each, and then serves everybody', () => {
    const ticks = play(KAYENTA.shipped, 600, steady(20_000, 0.005));
    expect(movesOf(ticks)).toEqual([
      [60, 5],
      [120, 10],
      [180, 25],
      [240, 50],
      [300, 100],
    ]);
    expect(endOf(ticks)).toEqual(['complete', 301]);
  });

  it('takes a gross regression back at the first judgement, not before', () => {
    expect(endOf(play(KAYENTA.shipped, 600, steady(20_000, 0.005, 4)))).toEqual(['rollback', 60]);
  });

  it('scores 0 without data', () => {
    expect(endOf(play(KAYENTA.shipped, 600, () => null))).toEqual(['rollback', 60]);
    const silent = { treatment: anArm({}), control: anArm({ exposures: 100 }) };
    expect(endOf(play(KAYENTA.shipped, 600, () => silent))).toEqual(['rollback', 60]);
  });
});
