import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  earlyEffect,
  effectCdf,
  effectDensity,
  excessTest,
  harmTest,
  priorFor,
  SHIPPED_PRIORS,
  shippedSpread,
  withPriorMasses,
} from '../../../models/index.ts';
import { seededDraws } from '../seeded-draws.ts';

const { errors, business } = SHIPPED_PRIORS.effects;

describe('the shipped effects', () => {
  // SciPy 1.17.1: norm and t, densities and distribution functions added up.
  it.each([
    [-0.3, 0.028715046636551677, 0.0036043053514023325],
    [-0.01, 13.658842808446877, 0.28931892584454055],
    [0.05, 1.1360469882052147, 0.8339903840907685],
    [0.7, 0.08259688651795487, 0.9347035577991195],
    [3, 0.00031733161394781946, 0.9999335038847492],
  ])('of errors at %d agree with SciPy', (effect, density, cdf) => {
    expect(effectDensity(errors, effect)).toBeCloseTo(density, 11);
    expect(effectCdf(errors, effect)).toBeCloseTo(cdf, 11);
  });

  it('of business spread by about one per cent', () => {
    expect(shippedSpread('business').sd).toBeCloseTo(0.007 * Math.SQRT2, 12);
  });
});

describe('an early effect', () => {
  // SciPy 1.17.1: quad to 1e-11, ends by brentq.
  it.each([
    [business, 0.03, 0.01, [0.01536646185357906, -0.00010405123229765118, 0.035306169038203945]],
    [business, 0.03, 0.002, [0.029445474623335133, 0.02550166260021801, 0.03338827731105875]],
    [errors, 0.4, 0.3, [0.07032663025946988, -0.0484220060398225, 0.6718852095602822]],
  ] as const)('agrees with adaptive quadrature: %#', (prior, effect, standardError, [mean, lower, upper]) => {
    const found = earlyEffect(prior, { effect, standardError }, 0.95);
    const errors = [found.mean - mean!, found.lower - lower!, found.upper - upper!];
    expect(Math.max(...errors.map(Math.abs))).toBeLessThan(0.001 * standardError);
  });

  it('under a normal prior is the weighted mean with its own interval', () => {
    const parts = [{ shape: 'normal', share: 1, location: 0.01, scale: 0.02 }] as const;
    const { mean, lower, upper } = earlyEffect(
      { measure: 'relativeEffect', parts },
      { effect: 0.05, standardError: 0.01 },
      0.95,
    );
    const sd = 1 / Math.sqrt(1e4 + 2500);
    expect(mean).toBeCloseTo((0.05 * 1e4 + 0.01 * 2500) * sd ** 2, 5);
    expect((upper - lower) / 2 / sd).toBeCloseTo(1.959964, 2);
  });

  it('halves the error of estimates from the prior, and its 95 % intervals cover 93 to 97 % of 1 000', () => {
    const draws = seededDraws(5);
    let [raw, shrunk, covered] = [0, 0, 0];
    const runs = 1000;
    for (let run = 0; run < runs; run += 1) {
      const chiSquare = [1, 2, 3, 4].reduce((total) => total + draws.normal() ** 2, 0);
      const truth = (0.007 * draws.normal()) / Math.sqrt(chiSquare / 4);
      const effect = truth + 0.02 * draws.normal();
      const found = earlyEffect(business, { effect, standardError: 0.02 }, 0.95);
      raw += (effect - truth) ** 2;
      shrunk += (found.mean - truth) ** 2;
      if (found.lower <= truth && truth <= found.upper) covered += 1;
    }
    expect(Math.sqrt(shrunk / raw)).toBeLessThan(0.5);
    // Standard error of the coverage 0.69 points.
    expect(Math.abs(covered / runs - 0.95)).toBeLessThan(0.02);
  });

  it('stays finite where the data contradict the prior by hundreds of standard errors', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -20, max: 20, noNaN: true }),
        fc.double({ min: 1e-4, max: 5, noNaN: true }),
        (y, se) => {
          const { mean, lower, upper } = earlyEffect(errors, { effect: y, standardError: se }, 0.95);
          expect(Number.isFinite(mean)).toBe(true);
          expect(lower).toBeLessThanOrEqual(upper);
        },
      ),
      { seed: 3, numRuns: 100 },
    );
  });
});

describe('the masses of an e-process', () => {
  const test = harmTest({ goodDirection: 'lower', margin: 0.1, eta: 1 });

  it('are half the shipped ones and half the prior beyond the margin, by SciPy', () => {
    const expected = [
      0.2458719976876308, 0.2046110084188112, 0.22429326255415344, 0.1735194510374608, 0.11097355204618997,
      0.04073072825575382,
    ];
    const { pi, r, r0 } = withPriorMasses(test, errors);
    expect([r, r0]).toEqual([test.r, test.r0]);
    for (const [k, mass] of pi.entries()) expect(mass).toBeCloseTo(expected[k]!, 10);
  });

  it.each([
    ['harm above', test, errors],
    ['a grid above', excessTest(1.25, 'above', 1), errors],
    ['a grid below, of what business counts', excessTest(0.98, 'below', 1), business],
    ['a prior far away', test, { ...business, parts: [{ ...business.parts[0]!, scale: 1e-9 }] }],
  ])('sum to one and none is below 0.02: %s', (_, of, prior) => {
    const { pi } = withPriorMasses(of, prior);
    expect(pi.reduce((total, mass) => total + mass, 0)).toBeCloseTo(1, 12);
    expect(Math.min(...pi)).toBeGreaterThanOrEqual(0.02 - 1e-15);
  });

  it('of business lie near the margin, where its effects are', () => {
    const { pi } = withPriorMasses(excessTest(0.98, 'below', 1), business);
    expect(pi[0]).toBeGreaterThan(0.25);
    expect(pi[0]).toBeGreaterThan(5 * pi[8]!);
  });
});

describe('the prior of a rollout', () => {
  const tenant = { rollouts: 8, effects: {}, controlRates: {} };
  const global = { effects: { errors: { mean: 0, sd: 0.05, rollouts: 90 } }, baseRates: {} };

  it('is the shipped one while nothing else is known', () => {
    expect(priorFor({ tenant }, 'errors')).toEqual({
      kind: 'errors',
      level: 'shipped',
      effect: errors,
      baseRate: { mu: 0.004, kappa: 500 },
      harmfulProbability: 0.25,
      largestStepFactor: 4,
    });
    expect(priorFor({ tenant }, 'business').baseRate).toBeUndefined();
  });

  it('comes from the pool for kinds that it knows, with heavy tails and the harmful part kept', () => {
    const { level, effect } = priorFor({ global, tenant }, 'errors');
    expect(level).toBe('global');
    expect(effect.parts.map(({ shape }) => shape)).toEqual(['student', 'folded']);
    expect(effect.parts[0]!.scale).toBeCloseTo(0.05 / Math.SQRT2, 12);
    expect(priorFor({ global, tenant }, 'slowness').level).toBe('shipped');
  });

  it('becomes the tenant’s own, drawn towards the pool', () => {
    const own = Array.from({ length: 20 }, () => ({ effect: 0.2, standardError: 0.01 }));
    const controlRates = {
      errors: [
        { exposures: 1000, events: 30 },
        { exposures: 1000, events: 70 },
      ],
    };
    const prior = priorFor({ global, tenant: { rollouts: 20, effects: { errors: own }, controlRates } }, 'errors');
    expect(prior.level).toBe('tenant');
    expect(prior.effect.parts[0]!.location).toBeCloseTo(0.1, 12);
    expect(prior.baseRate!.mu).toBeCloseTo(0.05, 12);
  });

  it('is pessimistic for a tenant’s first five rollouts and not for the sixth', () => {
    const first = priorFor({ tenant: { ...tenant, rollouts: 4 } }, 'errors');
    expect(first).toMatchObject({ harmfulProbability: 0.5, largestStepFactor: 2 });
    expect(first.effect.parts.map(({ scale }) => scale)).toEqual(errors.parts.map(({ scale }) => 1.5 * scale));
    expect(first.effect.parts.reduce((total, { share }) => total + share, 0)).toBeCloseTo(1, 12);
    expect(first.effect.parts.at(-1)!.share).toBe(0.25);
    expect(priorFor({ tenant: { ...tenant, rollouts: 5 } }, 'errors').largestStepFactor).toBe(4);
  });

  it('is plain JSON, so that a rollout can record it', () => {
    const prior = priorFor({ global, tenant }, 'errors');
    expect(JSON.parse(JSON.stringify(prior))).toEqual(prior);
  });
});
