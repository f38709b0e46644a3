import { describe, expect, it } from 'vitest';
import {
  fitBaseRate,
  fitEffectSpread,
  meanOfValue,
  tenantSpread,
  updateValuePrior,
  valuePriorAround,
  withoutOutliers,
} from '../../../models/index.ts';
import { seededDraws } from '../seeded-draws.ts';

describe('the prior of a base rate', () => {
  const rollouts = [
    { events: 2, exposures: 1000 },
    { events: 9, exposures: 1500 },
    { events: 4, exposures: 800 },
    { events: 30, exposures: 4000 },
    { events: 1, exposures: 500 },
  ];

  it('is the golden one', () => {
    const prior = fitBaseRate(rollouts)!;
    expect(prior.mu).toBeCloseTo(0.00589744, 8);
    expect(prior.kappa).toBeCloseTo(2976.17, 2);
  });

  it('is worth little where rollouts differ, and at most a million exposures where they do not', () => {
    const differing = fitBaseRate([
      { events: 1, exposures: 1000 },
      { events: 500, exposures: 1000 },
    ])!;
    expect(differing.kappa).toBeLessThan(5);
    expect(fitBaseRate(rollouts.map(() => ({ events: 5, exposures: 1000 })))!.kappa).toBeCloseTo(1e6 - 1, 3);
  });

  it('says nothing after one rollout, without events, or without exposures', () => {
    expect(fitBaseRate(rollouts.slice(0, 1))).toBeUndefined();
    expect(fitBaseRate(rollouts.map(({ exposures }) => ({ exposures, events: 0 })))).toBeUndefined();
    expect(fitBaseRate(rollouts.map(() => ({ exposures: 0, events: 0 })))).toBeUndefined();
  });
});

describe('the spread of effects', () => {
  const se = [0.004, 0.006, 0.005, 0.003, 0.008];
  const estimates = [0.01, -0.004, 0.021, 0.003, 0.015].map((effect, i) => ({ effect, standardError: se[i]! }));

  it('is the golden one', () => {
    const { q, sd, rollouts } = fitEffectSpread(estimates)!;
    expect(q).toBeCloseTo(14.483002, 6);
    expect(sd).toBeCloseTo(0.0075562, 8);
    expect(rollouts).toBe(5);
  });

  it('is nothing where the estimates differ by less than their errors, and unknown after one', () => {
    const alike = estimates.map((estimate) => ({ ...estimate, effect: 0.01 }));
    expect(fitEffectSpread(alike)).toMatchObject({ sd: 0, rollouts: 5 });
    expect(fitEffectSpread(alike)!.mean).toBeCloseTo(0.01, 12);
    expect(fitEffectSpread(estimates.slice(0, 1))).toBeUndefined();
  });

  it('is found again in 2 000 simulated rollouts, to 3 standard errors', () => {
    const draws = seededDraws(11);
    const many = Array.from({ length: 2000 }, () => {
      const standardError = 0.002 + 0.01 * draws.uniform();
      return { standardError, effect: 0.003 + 0.01 * draws.normal() + standardError * draws.normal() };
    });
    const { mean, sd } = fitEffectSpread(many)!;
    // τ² has a relative standard error of about √(2/k) · (1 + se²/τ²), and τ half of it: 2.4 % at the mean se² of 0.57 τ².
    expect(Math.abs(mean - 0.003)).toBeLessThan(3 * (0.0125 / Math.sqrt(2000)));
    expect(Math.abs(sd / 0.01 - 1)).toBeLessThan(3 * 0.025);
  });

  it('is fitted without wild estimates', () => {
    const wild = { effect: 2, standardError: 0.001 };
    expect(withoutOutliers([...estimates, wild])).toEqual(estimates);
  });
});

describe('a tenant', () => {
  const above = { mean: 0.001, sd: 0.01, rollouts: 300 };

  it('without rollouts has the spread of the level above', () => {
    expect(tenantSpread(above, [])).toEqual({ ...above, rollouts: 0 });
  });

  it('with two rollouts is drawn towards it by twenty: computed by hand', () => {
    const own = [
      { effect: 0.031, standardError: 0.01 },
      { effect: 0.011, standardError: 0.02 },
    ];
    const { mean, sd } = tenantSpread(above, own);
    // S = .03² − .01² + 0; μ = (.042 + 20 · .001)/22.
    expect(sd).toBeCloseTo(Math.sqrt((20 * 1e-4 + 8e-4) / 22), 12);
    expect(mean).toBeCloseTo(0.062 / 22, 12);
  });

  it('with very many has its own', () => {
    const own = Array.from({ length: 20_000 }, (_, i) => ({ effect: i % 2 ? 0.05 : -0.05, standardError: 1e-6 }));
    expect(tenantSpread(above, own).sd).toBeCloseTo(0.05, 4);
  });
});

describe('the prior of a continuous metric', () => {
  const values = [3, 5, 10, 6];
  const moments = (of: readonly number[]) => {
    const mean = of.reduce((total, value) => total + value, 0) / of.length;
    return { count: of.length, mean, m2: of.reduce((total, value) => total + (value - mean) ** 2, 0) };
  };

  it('learns the same from all units at once and from one after the other', () => {
    const prior = valuePriorAround(4, 9);
    const atOnce = updateValuePrior(prior, moments(values));
    const oneByOne = values.reduce((belief, value) => updateValuePrior(belief, moments([value])), prior);
    for (const key of ['m', 'k', 'a', 'b'] as const) expect(oneByOne[key]).toBeCloseTo(atOnce[key], 10);
  });

  it('is, by hand, between what was believed and what was seen', () => {
    // m = (5·4 + 24)/9, b = 18 + 26/2 + 5·4·(6 − 4)²/(2·9).
    const posterior = updateValuePrior(valuePriorAround(4, 9), moments(values));
    expect(posterior).toMatchObject({ k: 9, a: 5 });
    expect(posterior.m).toBeCloseTo(44 / 9, 12);
    expect(posterior.b).toBeCloseTo(18 + 13 + 80 / 18, 12);
    const { location, scale, degrees } = meanOfValue(posterior);
    expect([location, degrees]).toEqual([posterior.m, 10]);
    expect(scale).toBeCloseTo(Math.sqrt(posterior.b / 45), 12);
  });
});
