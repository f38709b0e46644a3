import { describe, expect, it } from 'vitest';
import {
  cautiousInterval,
  clippedDoublyRobust,
  directMethod,
  doublyRobust,
  doublyRobustError,
  empiricalBernsteinInterval,
  fitRidge,
  ips,
  policyDiagnostics,
  predictLinear,
  sequentialWeights,
  snips,
  supportGap,
  switchDoublyRobust,
} from '../../../models/index.ts';
import { seededDraws } from '../seeded-draws.ts';

const w = [1.2, 0.4, 1, 1, 4, 0];
const r = [1, 0, -2, 0.5, 3, 1];
const q = [0.8, 0.1, -1, 0.4, 1, 0.5];
const v = [0.7, 0.3, -0.5, 0.35, 0.8, 0.2];
const golden = w.map((importanceWeight, i) => ({
  rollout: `${i}`,
  importanceWeight,
  reward: r[i]!,
  predicted: q[i]!,
  targetValue: v[i]!,
}));

describe('off-policy estimators', () => {
  it.each([
    ['IPS', ips(golden), 1.95],
    ['SNIPS', snips(golden), 1.5394737],
    ['DM', directMethod(golden), 0.3083333],
    ['DR', doublyRobust(golden), 1.525],
    ['DR clipped at 2', clippedDoublyRobust(golden, 2), 0.8583333],
    ['se(DR)', doublyRobustError(golden), 1.4936527],
    ['ESS', policyDiagnostics(golden).effectiveSampleSize, 2.9469388],
  ])('%s is the golden one', (_, value, expected) => {
    expect(value).toBeCloseTo(expected, 7);
  });

  it('Switch-DR believes the model alone beyond τ, and is DR where no weight is that large', () => {
    // Without the fifth term's correction of 4 · (3 − 1).
    expect(switchDoublyRobust(golden, 2)).toBeCloseTo((6 * 1.525 - 8) / 6, 12);
    expect(switchDoublyRobust(golden, 4)).toBe(doublyRobust(golden));
    expect(clippedDoublyRobust(golden)).toBe(doublyRobust(golden));
  });
});

describe('weights of several decisions', () => {
  const stage = (targetProbability: number, propensity: number) => ({ targetProbability, propensity });

  it('are products up to each decision', () => {
    expect(sequentialWeights([stage(0.5, 0.25), stage(0.3, 0.6), stage(0, 0.5)])).toEqual([2, 1, 0]);
  });

  it('are refused for more than six, and for propensities that cannot be', () => {
    expect(sequentialWeights(Array.from({ length: 6 }, () => stage(0.5, 0.5)))).toEqual([1, 1, 1, 1, 1, 1]);
    expect(sequentialWeights(Array.from({ length: 7 }, () => stage(0.5, 0.5)))).toBeUndefined();
    expect(() => sequentialWeights([stage(0.5, 0)])).toThrow('impossible propensity');
  });

  it('have mean 1 over simulated rollouts of six decisions', () => {
    const { uniform } = seededDraws(4);
    const last = Array.from({ length: 20_000 }, () => {
      const stages = Array.from({ length: 6 }, () => (uniform() < 0.4 ? stage(0.5, 0.4) : stage(0.5, 0.6)));
      return sequentialWeights(stages)!.at(-1)!;
    });
    // The variance of a product is (1.0417)⁶ − 1 = .28: standard error .0037.
    expect(Math.abs(last.reduce((total, weight) => total + weight, 0) / 20_000 - 1)).toBeLessThan(4 * 0.0037);
  });
});

describe('diagnostics', () => {
  it('count weights in bins, their largest, and their distance from 1', () => {
    const found = policyDiagnostics(golden);
    expect(found.histogram).toEqual([1, 1, 2, 1, 1, 0, 0, 0]);
    expect(found.maxWeight).toBe(4);
    expect(found.meanWeight).toBeCloseTo(7.6 / 6, 12);
    expect(found.isMeanWeightWrong).toBe(false);
  });

  it('ring for actions that were clamped after sampling and logged with the proposal’s probability', () => {
    const { uniform } = seededDraws(9);
    // Proposed evenly, the second half was clamped to the first action; the log says ½ for it all the same.
    const decisions = Array.from({ length: 1000 }, () => {
      const isFirst = uniform() < 0.75;
      const importanceWeight = isFirst ? 0.7 / 0.5 : 0.3 / 0.5;
      return { rollout: '', importanceWeight, reward: 0, predicted: 0, targetValue: 0 };
    });
    expect(policyDiagnostics(decisions).isMeanWeightWrong).toBe(true);
  });

  it('say how much the target policy wants of what was never done', () => {
    const cells = [
      { targetMass: 6, logged: 12 },
      { targetMass: 2, logged: 0 },
      { targetMass: 0, logged: 0 },
    ];
    expect(supportGap(cells)).toBe(0.25);
  });
});

describe('ridge regression', () => {
  const observations = Array.from({ length: 30 }, (_, i) => ({
    inputs: [1, ((i * 7) % 11) / 11, ((i * 5) % 13) / 13 - 0.5],
    outcome: ((i * 17) % 19) / 19,
  }));

  it('agrees with numpy.linalg.solve', () => {
    const theta = fitRidge(observations, 3, 2.5);
    for (const [i, coefficient] of [0.3888164351204287, 0.11403087730112438, 0.0010088124434680691].entries()) {
      expect(theta[i]).toBeCloseTo(coefficient, 12);
    }
  });

  it('without observations predicts 0', () => {
    expect(predictLinear(fitRidge([], 3, 1), [1, 2, 3])).toBe(0);
  });
});

describe('the empirical Bernstein interval', () => {
  it('by hand', () => {
    // Mean 2, variance 5/3 · …: terms 0, 1, 3, 4 have s² = 10/3; ln(4/.05) = 4.382027.
    const { lower, upper } = empiricalBernsteinInterval([0, 1, 3, 4], 4, 0.95);
    const reach = Math.sqrt((2 * (10 / 3) * 4.382026634673881) / 4) + (7 * 4 * 4.382026634673881) / 9;
    expect(lower).toBeCloseTo(2 - reach, 10);
    expect(upper).toBeCloseTo(2 + reach, 10);
  });

  it('covers the mean of skewed terms in at least 95 % of 1 000 samples of 50', () => {
    const { uniform } = seededDraws(6);
    const covered = Array.from({ length: 1000 }, () => {
      const terms = Array.from({ length: 50 }, () => (uniform() < 0.05 ? 1 : 0));
      const { lower, upper } = empiricalBernsteinInterval(terms, 1, 0.95);
      return lower <= 0.05 && 0.05 <= upper;
    }).filter(Boolean).length;
    expect(covered).toBeGreaterThanOrEqual(950);
  });

  it('is taken for few rollouts where it is wider, and not for many', () => {
    const [narrow, wide] = [
      { lower: 0, upper: 1 },
      { lower: -1, upper: 2 },
    ];
    expect(cautiousInterval(199, narrow, wide)).toBe(wide);
    expect(cautiousInterval(199, wide, narrow)).toBe(wide);
    expect(cautiousInterval(200, narrow, wide)).toBe(narrow);
  });
});
