import { describe, expect, it } from 'vitest';
import {
  clippedDoublyRobust,
  clippedDoublyRobustTerms,
  directMethod,
  directMethodTerms,
  doublyRobust,
  doublyRobustTerms,
  ips,
  ipsTerms,
  type LoggedDecision,
  type PolicyTerms,
  policyInterval,
  snips,
  snipsTerms,
  switchDoublyRobust,
  switchDoublyRobustTerms,
  termDifferences,
} from '../../../models/index.ts';
import { seededDraws } from '../seeded-draws.ts';

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const Z = 1.959963984540054;

/**
 * A log that took the first of two actions nearly always, for a policy that wants the second: each costs 1, and the second 20
 * more in every tenth rollout. The model knows nothing of either.
 */
function rareLog(seed: number, rollouts: number, share = 0.02): readonly LoggedDecision[] {
  const { uniform } = seededDraws(seed);
  const possible = [
    { propensity: 1 - share, importanceWeight: 0 },
    { propensity: share, importanceWeight: 1 / share },
  ];
  return Array.from({ length: rollouts }, (_, rollout) => {
    const taken = uniform() < share ? 1 : 0;
    const reward = 1 + (uniform() < 0.1 ? 20 : 0);
    const { importanceWeight } = possible[taken]!;
    return { rollout: `${rollout}`, importanceWeight, reward, predicted: 2, targetValue: 2, possible };
  });
}

const TRUTH = 3;

describe('terms of an estimator', () => {
  it.each<[string, PolicyTerms, (decisions: readonly LoggedDecision[]) => number]>([
    ['IPS', ipsTerms, ips],
    ['SNIPS', snipsTerms, snips],
    ['DM', directMethodTerms, directMethod],
    ['DR', doublyRobustTerms, doublyRobust],
    ['clipped DR', clippedDoublyRobustTerms, clippedDoublyRobust],
    ['Switch-DR', switchDoublyRobustTerms, switchDoublyRobust],
  ])('have its estimate as their mean: %s', (_, termsOf, estimate) => {
    const log = rareLog(5, 300);
    expect(mean(termsOf(log).map(({ base, drawn }) => base + drawn))).toBeCloseTo(estimate(log), 10);
  });

  it('of a policy against itself are nothing', () => {
    const terms = doublyRobustTerms(rareLog(5, 300));
    expect(policyInterval(termDifferences(terms, terms), 0.95)).toEqual({ lower: 0, upper: 0 });
  });
});

describe('the interval of an off-policy estimate', () => {
  const widthOf = (log: readonly LoggedDecision[]) => {
    const { lower, upper } = policyInterval(doublyRobustTerms(log), 0.95);
    return upper - lower;
  };

  it('by hand', () => {
    const weights = [2, 0, 1];
    const log = weights.map((importanceWeight, rollout) => ({
      rollout: `${rollout}`,
      importanceWeight,
      reward: 4,
      predicted: 1,
      targetValue: 1,
      possible: [
        { propensity: 0.25, importanceWeight: 3 },
        { propensity: 0.75, importanceWeight: 1 / 3 },
      ],
    }));
    // Drawn 6, 0, 3 about 3: a mean square of 6. To be expected: .25 · 9² + .75 · 1² = 21, less 3².
    const { lower, upper } = policyInterval(doublyRobustTerms(log), 0.95);
    expect(lower).toBeCloseTo(4 - Z * Math.sqrt(12 / 2), 10);
    expect(upper).toBeCloseTo(4 + Z * Math.sqrt(12 / 2), 10);
  });

  it('is that of a mean where the log does not say what else it might have drawn', () => {
    const log = rareLog(5, 300).map(({ possible: _possible, ...decision }) => decision);
    const terms = doublyRobustTerms(log).map(({ base, drawn }) => base + drawn);
    const variance = mean(terms.map((term) => (term - mean(terms)) ** 2)) / 299;
    expect(widthOf(log)).toBeCloseTo(2 * Z * Math.sqrt(variance), 6);
  });

  it('covers the truth where a log hardly ever took what the policy wants, which what was drawn alone does not', () => {
    const logs = Array.from({ length: 300 }, (_, seed) => rareLog(seed, 200));
    const coverage = (some: readonly (readonly LoggedDecision[])[]) =>
      some.filter((log) => {
        const { lower, upper } = policyInterval(doublyRobustTerms(log), 0.95);
        return lower <= TRUTH && TRUTH <= upper;
      }).length / some.length;
    const asDrawn = logs.map((log) => log.map(({ possible: _possible, ...decision }) => decision));
    // Four draws of the second action in a log, the dear one among them in a third of all logs.
    expect(coverage(asDrawn)).toBeLessThan(0.8);
    expect(coverage(logs)).toBeGreaterThanOrEqual(0.93);
  });

  it('is no wider than what was drawn where the log did what the policy wants', () => {
    const even = rareLog(5, 2000, 0.5);
    const asDrawn = even.map(({ possible: _possible, ...decision }) => decision);
    expect(widthOf(even) / widthOf(asDrawn)).toBeLessThan(1.05);
  });

  it('counts decisions of one rollout as one', () => {
    const log = rareLog(5, 300);
    const twice = log.flatMap((decision) => [decision, decision]);
    expect(widthOf(twice)).toBeCloseTo(widthOf(log), 10);
  });
});
