import { describe, expect, it } from 'vitest';
import {
  crossFitted,
  directMethod,
  doublyRobust,
  doublyRobustTerms,
  ips,
  ipsTerms,
  type OffPolicyEstimator,
  type PolicyLog,
  policyInterval,
  snips,
  snipsTerms,
} from '../../../models/index.ts';
import { seededDraws } from '../seeded-draws.ts';

// Two decisions in each rollout, whose rewards share a shift; the reward of an action is linear in x but for a bend.
const ACTIONS = 3;
const rewardOf = (x: number, action: number) =>
  0.5 * x * action - 0.3 * action + 0.4 * Math.abs(x) * (action === 1 ? 1 : 0);
const target = (x: number) => (x > 0 ? [0.1, 0.2, 0.7] : [0.7, 0.2, 0.1]);
const logging = (x: number) => (x > 0.5 ? [0.2, 0.3, 0.5] : [0.4, 0.3, 0.3]);
// ½ ∫ Σ_a π(a|x) f(x, a) dx over (−1, 1), worked out by hand: −.3 + .15 + .04.
const TRUTH = -0.11;

function logsOf(seed: number, rollouts: number): readonly PolicyLog[] {
  const draws = seededDraws(seed);
  return Array.from({ length: rollouts }, (_, index) => {
    const shift = 0.3 * draws.normal();
    return [0, 1].map(() => {
      const x = 2 * draws.uniform() - 1;
      const [p, pi, u] = [logging(x), target(x), draws.uniform()];
      const taken = u < p[0]! ? 0 : u < p[0]! + p[1]! ? 1 : 2;
      const actions = Array.from({ length: ACTIONS }, (_unused, a) => ({
        inputs: [0, 1, 2].flatMap((other) => (other === a ? [1, x] : [0, 0])),
        targetProbability: pi[a]!,
        propensity: p[a]!,
      }));
      const reward = rewardOf(x, taken) + shift + 0.5 * draws.normal();
      return { rollout: `${index}`, actions, taken, reward };
    });
  }).flat();
}

describe('off-policy estimates of a policy whose value is known', () => {
  const logs = Array.from({ length: 200 }, (_, seed) => crossFitted(logsOf(seed, 100)));
  const errorsOf = (estimator: OffPolicyEstimator) => logs.map((decisions) => estimator(decisions) - TRUTH);
  const meanOf = (values: readonly number[]) => values.reduce((total, value) => total + value, 0) / values.length;
  const rmse = (estimator: OffPolicyEstimator) => Math.sqrt(meanOf(errorsOf(estimator).map((error) => error ** 2)));

  it.each([
    ['IPS', ips],
    ['DR', doublyRobust],
    ['SNIPS', snips],
  ] as const)('by %s have no bias beyond three standard errors of 200 logs', (_, estimator) => {
    const errors = errorsOf(estimator);
    expect(Math.abs(meanOf(errors))).toBeLessThan(3 * (rmse(estimator) / Math.sqrt(errors.length)));
  });

  it('by DM are biased by what its model cannot bend to, and by DR are nearer than by IPS', () => {
    expect(rmse(doublyRobust)).toBeLessThan(rmse(ips));
    expect(Math.abs(meanOf(errorsOf(directMethod)))).toBeLessThan(0.05);
  });

  it.each([
    ['IPS', ipsTerms],
    ['SNIPS', snipsTerms],
    ['DR', doublyRobustTerms],
  ] as const)('by %s have 95 % intervals that cover it in at least 91 % of 200 logs of 100 rollouts', (_, termsOf) => {
    const covered = logs.filter((decisions) => {
      const { lower, upper } = policyInterval(termsOf(decisions), 0.95);
      return lower <= TRUTH && TRUTH <= upper;
    });
    // The standard error of a coverage of 95 % is 1.5 points.
    expect(covered.length / 200).toBeGreaterThanOrEqual(0.91);
  });

  it('never let a model see the rollout that it predicts', () => {
    const [some] = [logsOf(1, 20)];
    const before = crossFitted(some);
    const after = crossFitted(some.map((log) => (log.rollout === '3' ? { ...log, reward: 1000 } : log)));
    for (const [i, { rollout, predicted }] of after.entries()) {
      if (rollout === '3') expect(predicted).toBe(before[i]!.predicted);
    }
    expect(after.some(({ predicted }, i) => predicted !== before[i]!.predicted)).toBe(true);
  });
});
