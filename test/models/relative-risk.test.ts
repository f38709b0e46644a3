import { describe, expect, it } from 'vitest';
import {
  addLikelihoodWindow,
  baseRateAfter,
  confidenceSequence,
  expectedExcessEvents,
  expectedExcessRisk,
  flatLikelihood,
  largestPermittedExposures,
  logSumExp,
  mostLikelyRisk,
  probabilityBelow,
  probabilityOfExcess,
  RELATIVE_RISKS,
  relativeRiskGrid,
  riskPosterior,
  shippedRiskPrior,
} from '../../models/index.ts';
import golden from './golden.json' with { type: 'json' };

const likelihoodAfter = (windows: number, r: readonly number[], eta = 1) =>
  golden.windows
    .slice(0, windows)
    .reduce(
      (likelihood, [nT, nC, xT, xC]) => addLikelihoodWindow(r, likelihood, { nT: nT!, nC: nC!, xT: xT!, xC: xC! }, eta),
      flatLikelihood(r),
    );

describe('the likelihood of the relative risk', () => {
  it.each([1, 2, 3])('has the golden mixture and interval after %d windows', (windows) => {
    const likelihood = likelihoodAfter(windows, RELATIVE_RISKS);
    expect(logSumExp(likelihood) - Math.log(121)).toBeCloseTo(golden.mix[windows - 1]!, 9);
    const { lower, upper } = confidenceSequence(RELATIVE_RISKS, likelihood, 0.05);
    const [goldenLower, goldenUpper] = golden.interval[windows - 1]!;
    expect(Math.abs(lower / goldenLower! - 1)).toBeLessThan(0.003);
    expect(Math.abs(upper / goldenUpper! - 1)).toBeLessThan(0.003);
  });

  it('is highest close to the true maximum', () => {
    expect(mostLikelyRisk(RELATIVE_RISKS, likelihoodAfter(3, RELATIVE_RISKS))).toBeCloseTo(1.326, 2);
  });

  it('sets no limit before the first window', () => {
    const flat = flatLikelihood(RELATIVE_RISKS);
    const { lower, upper } = confidenceSequence(RELATIVE_RISKS, flat, 0.05);
    expect([lower, upper]).toEqual([RELATIVE_RISKS[0], RELATIVE_RISKS[120]]);
    expect(addLikelihoodWindow(RELATIVE_RISKS, flat, { nT: 0, nC: 5000, xT: 0, xC: 20 }, 1)).toBe(flat);
  });

  it('is less sure when tempered', () => {
    const width = (eta: number) => {
      const { lower, upper } = confidenceSequence(RELATIVE_RISKS, likelihoodAfter(3, RELATIVE_RISKS, eta), 0.05);
      return upper / lower;
    };
    expect(width(0.5)).toBeGreaterThan(width(1));
  });
});

/** Half a point mass at r = 1, half a normal density of ln r; used because its golden values are known. */
function testPrior(r: readonly number[]): readonly number[] {
  const density = r.map((rj) => Math.exp(-0.5 * (Math.log(rj) / 0.7) ** 2));
  const total = density.reduce((a, b) => a + b);
  return density.map((value, j) => 0.5 * (value / total) + (j === 60 ? 0.5 : 0));
}

describe('the posterior of the relative risk', () => {
  const r = relativeRiskGrid(20);

  it.each(golden.posterior)('has the golden moments after $after windows', (expected) => {
    const posterior = riskPosterior(testPrior(r), likelihoodAfter(expected.after, r));
    expect(posterior.reduce((sum, mass, j) => sum + mass * r[j]!, 0)).toBeCloseTo(expected.mean, 9);
    expect(1 - probabilityBelow(r, posterior, 1 + 1e-9)).toBeCloseTo(expected.above1, 9);
    expect(1 - probabilityBelow(r, posterior, 1.1)).toBeCloseTo(expected['above1.1'], 9);
    expect(expectedExcessRisk(r, posterior)).toBeCloseTo(expected.expectedExcess, 9);
  });

  it('starts from a shipped prior that sums to 1, is mostly harmless, and warns of harm more than of benefit', () => {
    const prior = shippedRiskPrior(RELATIVE_RISKS);
    expect(prior.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    const harmless = probabilityBelow(RELATIVE_RISKS, prior, 1.25);
    expect(harmless).toBeGreaterThan(0.87);
    expect(harmless).toBeLessThan(0.91);
    expect(1 - harmless).toBeGreaterThan(10 * probabilityBelow(RELATIVE_RISKS, prior, 0.8));
  });

  it('survives evidence so strong that likelihoods underflow', () => {
    const likelihood = addLikelihoodWindow(
      RELATIVE_RISKS,
      flatLikelihood(RELATIVE_RISKS),
      { nT: 1e7, nC: 1e7, xT: 1e6, xC: 1e5 },
      1,
    );
    const posterior = riskPosterior(shippedRiskPrior(RELATIVE_RISKS), likelihood);
    expect(posterior.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    expect(probabilityBelow(RELATIVE_RISKS, posterior, 8)).toBeLessThan(1e-6);
  });
});

describe('the risk budget', () => {
  const r = relativeRiskGrid(20);
  const beliefAfter = (windows: number) => {
    const seen = golden.windows.slice(0, windows);
    const sum = (column: number) => seen.reduce((total, window) => total + window[column]!, 0);
    return {
      r,
      risk: riskPosterior(testPrior(r), likelihoodAfter(windows, r)),
      baseRate: { a: 0.5 + sum(3), b: 100 + sum(1) },
    };
  };

  it.each(golden.budget)('has the golden harm of 2 000 exposures after $after windows', (expected) => {
    const belief = beliefAfter(expected.after);
    expect(expectedExcessEvents(belief, 2000)).toBeCloseTo(expected.expectedExcess, 8);
    expect(probabilityOfExcess(belief, 2000, 10)).toBeCloseTo(expected.over10, 10);
    expect(Math.abs(probabilityOfExcess(belief, 2000, 50) / expected.over50 - 1)).toBeLessThan(1e-6);
  });

  it.each(golden.budget)('permits the golden number of exposures after $after windows', (expected) => {
    const n = largestPermittedExposures(beliefAfter(expected.after), { budgetLeft: 20, expectedShare: 1e9 });
    expect(n).toBeCloseTo(expected.largestFor20, 5);
  });

  it('keeps the expected harm within its share as well', () => {
    const belief = beliefAfter(3);
    const n = largestPermittedExposures(belief, { budgetLeft: 1e6, expectedShare: 5 });
    expect(expectedExcessEvents(belief, n)).toBeCloseTo(5, 9);
  });

  it('permits nothing when the budget is spent, and anything where no harm is believed possible', () => {
    expect(largestPermittedExposures(beliefAfter(1), { budgetLeft: 0, expectedShare: 0 })).toBe(0);
    const harmless = { ...beliefAfter(0), risk: r.map((_, j) => (j === 60 ? 1 : 0)) };
    expect(largestPermittedExposures(harmless, { budgetLeft: 1, expectedShare: 1 })).toBe(1e12);
  });

  it('permits more once control is known to fail rarely', () => {
    const risk = shippedRiskPrior(RELATIVE_RISKS);
    const permitted = (events: number) =>
      largestPermittedExposures(
        { r: RELATIVE_RISKS, risk, baseRate: baseRateAfter(events, 100_000) },
        { budgetLeft: 50, expectedShare: 50 },
      );
    expect(permitted(10)).toBeGreaterThan(5 * permitted(1000));
  });
});
