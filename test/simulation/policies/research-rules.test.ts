import { describe, expect, it } from 'vitest';
import {
  linkedinSqr,
  type RiskBudgetSettings,
  riskBudgetRamp,
  type SqrSettings,
  type UberSettings,
  uberStagedRollout,
} from '../../../simulation/policies/index.ts';
import { endOf, MINUTE_MS, movesOf, play, steady } from './play.ts';

const DAY_MS = 1440 * MINUTE_MS;

describe('the staged rollout', () => {
  const settings: UberSettings = {
    mode: 'power',
    ladder: { stages: [10_000, 50_000], dwellMs: 30 * MINUTE_MS },
    weights: { errors: 1 },
    lookMs: MINUTE_MS,
    alpha: 0.05,
    typicalEffect: 0.5,
    minDetectableEffect: 0.5,
    power: 0.8,
    budgetShare: 0.01,
    horizonMs: DAY_MS,
  };

  it('by power: a stage has 2 (z + z)² p (1 − p) / (MDE p)² exposures per arm', () => {
    // 2 · 6.1826 · 0.01 · 0.99 / 0.005² = 4 897 exposures: three minutes of 2 000, then less than one of 10 000.
    const moves = movesOf(play(uberStagedRollout(settings), 200, steady(20_000, 0.01)));
    expect(moves[0]).toEqual([3, 50]);
    expect(moves[1]![1]).toBe(100);
    const finer = uberStagedRollout({ ...settings, minDetectableEffect: 0.25 });
    expect(movesOf(play(finer, 200, steady(20_000, 0.01)))[0]).toEqual([10, 50]);
  });

  it('by time: follows the clock, and the monitor takes harm back', () => {
    const timed = uberStagedRollout({ ...settings, mode: 'time' });
    expect(movesOf(play(timed, 200, steady(20_000, 0.01)))).toEqual([
      [30, 50],
      [60, 100],
    ]);
    const [action, minute] = endOf(play(timed, 200, steady(20_000, 0.01, 2)));
    expect(action).toBe('rollback');
    expect(minute).toBeLessThan(20);
  });

  it('by risk: goes as far as the expected loss allows, and further with more data or budget', () => {
    const fullAt = (budgetShare: number): number => {
      const risky = uberStagedRollout({ ...settings, mode: 'risk', budgetShare });
      return endOf(play(risky, 5000, steady(20_000, 0.01)))[1];
    };
    expect(fullAt(0.05)).toBeLessThan(fullAt(0.02));
    expect(fullAt(0.02)).toBeLessThan(5000);
  });
});

describe('SQR', () => {
  const settings: SqrSettings = {
    shares: [1_000, 5_000, 10_000, 25_000, 50_000],
    lookMs: MINUTE_MS,
    tolerance: { errors: 0.25 },
    alpha: 0.05,
    maxPowerMs: 60 * MINUTE_MS,
  };

  it('accepts the larger shares the more it knows, then stays at half for its time', () => {
    const ticks = play(linkedinSqr(settings), 600, steady(20_000, 0.01));
    const moves = movesOf(ticks);
    const coverages = moves.map(([, coverage]) => coverage);
    expect(coverages).toEqual([...coverages].sort((a, b) => a - b));
    const [atHalf, atFull] = moves.slice(-2);
    expect(atHalf![1]).toBe(50);
    expect(atFull).toEqual([atHalf![0] + 60, 100]);
  });

  it('stays low where the effect is not tolerable at more, and takes back what is not tolerable at all', () => {
    // At twice the errors the risk is the share itself: 25 % is the limit, and 10 % is below it.
    const doubled = movesOf(play(linkedinSqr(settings), 900, steady(200_000, 0.01, 2)));
    expect(doubled.at(-1)![1]).toBe(10);
    expect(endOf(play(linkedinSqr(settings), 900, steady(20_000, 0.01, 40)))[0]).toBe('rollback');
  });
});

describe('the risk-budget ramp', () => {
  const settings: RiskBudgetSettings = {
    firstCoverage: 1_000,
    batchMs: 30 * MINUTE_MS,
    weights: { errors: 1 },
    budgetShare: 0.005,
    depletionProbability: 0.05,
    priorEffect: 1,
  };

  it('starts with what the prior allows, and reaches everybody by way of half', () => {
    const moves = movesOf(play(riskBudgetRamp(settings), 720, steady(20_000, 0.01)));
    expect(moves[0]![0]).toBe(30);
    expect(moves.at(-1)![1]).toBe(100);
    expect(moves.at(-2)![1]).toBe(50);
  });

  it('withdraws what would use up the budget at the first coverage', () => {
    expect(endOf(play(riskBudgetRamp(settings), 720, steady(20_000, 0.01, 60)))[0]).toBe('rollback');
  });
});
