import { describe, expect, it } from 'vitest';
import { normalCdf } from '../../../models/index.ts';
import { noSums } from '../../../simulation/policies/arms/arm-sums.ts';
import { affordableUnits } from '../../../simulation/policies/li-mao-bojinov.ts';
import { logBetaMixture } from '../../../simulation/policies/statistics/beta-mixture.ts';
import { logLindonMalek } from '../../../simulation/policies/statistics/lindon-malek.ts';
import { lossPosterior } from '../../../simulation/policies/statistics/loss-contrast.ts';
import { logMsprt } from '../../../simulation/policies/statistics/msprt.ts';
import { sampleRatioP } from '../../../simulation/policies/statistics/sample-ratio-p.ts';
import { statsigThreshold } from '../../../simulation/policies/statistics/statsig-threshold.ts';
import { expectedLoss } from '../../../simulation/policies/uber-staged-rollout.ts';

describe('the one-sided Beta mixture', () => {
  it.each([
    [12, 0, 0.5, 2.82205122854],
    [13, 0, 0.5, 3.14525767969],
    [15, 1, 0.5, 3.26432579364],
    [28, 10, 0.5, 3.03540986118],
    [82, 50, 0.5, 3.08024310997],
    [28, 10, 1.1 / 2.1, 2.39055913673],
  ])('has the golden value at (%i, %i), θ0 = %f', (nT, nC, theta0, logE) => {
    expect(logBetaMixture({ nT, nC, theta0 })).toBeCloseTo(logE, 8);
  });

  it.each([
    [13, 0],
    [15, 1],
    [16, 2],
    [21, 5],
    [28, 10],
    [42, 20],
    [82, 50],
    [144, 100],
  ])('fires first at %i events against %i', (nT, nC) => {
    const line = Math.log(20);
    expect(logBetaMixture({ nT, nC, theta0: 0.5 })).toBeGreaterThanOrEqual(line);
    expect(logBetaMixture({ nT: nT - 1, nC, theta0: 0.5 })).toBeLessThan(line);
  });
});

describe('other tests of the peers', () => {
  it('Lindon and Malek: golden log Bayes factor, and first fires at 29 against 0', () => {
    expect(logLindonMalek({ nT: 30, nC: 10, theta0: 0.5 })).toBeCloseTo(1.27487948747, 8);
    expect(logLindonMalek({ nT: 29, nC: 0, theta0: 0.5 })).toBeGreaterThanOrEqual(Math.log(20));
    expect(logLindonMalek({ nT: 28, nC: 0, theta0: 0.5 })).toBeLessThan(Math.log(20));
  });

  it('mSPRT: golden log Λ', () => {
    expect(logMsprt({ delta: 0.3, variance: 0.01, tauSquared: 0.02 })).toBeCloseTo(2.45069385567, 10);
  });

  it.each([
    [50, 50, 3.5845],
    [10, 90, 4.397],
    [1, 99, 10.267],
  ])('Statsig at a split of %i to %i: Z* is a constant of the split', (nT, nC, z) => {
    const arms = { varianceT: 2, varianceC: 2, alpha: 0.05 };
    expect(statsigThreshold({ nT, nC, ...arms })).toBeCloseTo(z, 3);
    expect(statsigThreshold({ nT: nT * 1e6, nC: nC * 1e6, ...arms })).toBeCloseTo(z, 3);
  });

  it('chi-square: 10.828 is the line of 0.001, and nothing is no mismatch', () => {
    const off = Math.sqrt(10.8275662 * 2500);
    const arms = (treatment: number, control: number) => ({
      treatment: { ...noSums(), exposures: treatment },
      control: { ...noSums(), exposures: control },
      intendedTreatment: (treatment + control) / 2,
    });
    expect(sampleRatioP(arms(5000 + off, 5000 - off))).toBeCloseTo(0.001, 6);
    expect(sampleRatioP(arms(0, 0))).toBe(1);
  });
});

describe('the normal posterior of a loss', () => {
  it('weighs prior and data by their precision', () => {
    const { mean, sd } = lossPosterior({ loss: 4, variance: 1, base: 1 }, 1);
    expect(mean).toBeCloseTo(2, 12);
    expect(sd).toBeCloseTo(Math.SQRT1_2, 12);
  });

  it('expects the positive part only', () => {
    expect(expectedLoss({ mean: 0, sd: 1 })).toBeCloseTo(0.3989422804, 9);
    expect(expectedLoss({ mean: 5, sd: 1 })).toBeCloseTo(5.00000005346, 8);
  });

  it('affords exactly as many units as keep the chance of depletion', () => {
    const n = affordableUnits({ mean: 0.1, sd: 0.2 }, 50, 0.05);
    expect(1 - normalCdf((50 / n - 0.1) / 0.2)).toBeCloseTo(0.05, 10);
    expect(affordableUnits({ mean: -1, sd: 0.1 }, 50, 0.05)).toBe(Number.POSITIVE_INFINITY);
    expect(affordableUnits({ mean: -1, sd: 0.1 }, 0, 0.05)).toBe(0);
  });
});
