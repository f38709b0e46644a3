import { describe, expect, it } from 'vitest';
import {
  addLikelihoodWindow,
  flatLikelihood,
  harmTest,
  priorOnGrid,
  probabilityBelow,
  RELATIVE_RISKS,
  riskEstimate,
  SHIPPED_PRIORS,
  shippedRiskPrior,
  withPriorMasses,
} from '../../../models/index.ts';

const likelihoodOf = (xT: number, xC: number) =>
  addLikelihoodWindow(RELATIVE_RISKS, flatLikelihood(RELATIVE_RISKS), { nT: 100_000, nC: 100_000, xT, xC }, 1);

describe('an estimate from a likelihood', () => {
  it('is the log ratio of the rates, with the standard error of a ratio of two counts', () => {
    const estimate = riskEstimate(RELATIVE_RISKS, likelihoodOf(600, 400))!;
    expect(estimate.effect).toBeCloseTo(Math.log(1.5), 3);
    expect(estimate.standardError).toBeCloseTo(Math.sqrt(1 / 600 + 1 / 400), 3);
  });

  it('is nothing where nothing was seen, or only on one side', () => {
    expect(riskEstimate(RELATIVE_RISKS, flatLikelihood(RELATIVE_RISKS))).toBeUndefined();
    expect(riskEstimate(RELATIVE_RISKS, likelihoodOf(30, 0))).toBeUndefined();
  });
});

describe('a prior on the grid of relative risks', () => {
  it('says of harm what its distribution says, and sums to 1', () => {
    const grid = priorOnGrid(SHIPPED_PRIORS.effects.errors, RELATIVE_RISKS);
    expect(grid.reduce((sum, mass) => sum + mass, 0)).toBeCloseTo(1, 9);
    const shipped = shippedRiskPrior(RELATIVE_RISKS);
    for (const limit of [1.1, 1.5, 3]) {
      const difference =
        probabilityBelow(RELATIVE_RISKS, grid, limit) - probabilityBelow(RELATIVE_RISKS, shipped, limit);
      expect(Math.abs(difference)).toBeLessThan(0.02);
    }
  });

  it('moves the masses of a test to where a tenant sees its regressions, and gives up none', () => {
    const test = harmTest({ goodDirection: 'lower', margin: 0.1, eta: 1 });
    const wild = {
      measure: 'logRatio',
      parts: [{ shape: 'student', share: 1, location: 0, scale: 1.2, degrees: 4 }],
    } as const;
    const { pi } = withPriorMasses(test, wild);
    expect(pi.reduce((sum, mass) => sum + mass, 0)).toBeCloseTo(1, 12);
    expect(Math.min(...pi)).toBeGreaterThanOrEqual(0.02 - 1e-12);
    expect(pi.at(-1)!).toBeGreaterThan(test.pi.at(-1)!);
  });
});
