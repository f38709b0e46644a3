import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EffectEstimate, exportStatistics, fitEffectSpread, poolTenants } from '../../../models/index.ts';
import { seededDraws } from '../seeded-draws.ts';

const LIMIT = 0.1;

const estimate = fc.record({
  effect: fc.double({ min: -5, max: 5, noNaN: true }),
  standardError: fc.double({ min: 1e-4, max: 2, noNaN: true }),
});
const tenant = fc.array(estimate, { minLength: 3, maxLength: 60 });

describe('what a tenant exports', () => {
  it('are four sums and nothing else, whatever hangs on its estimates', () => {
    const named = [0.01, 0.02, 0.06].map((effect, i) => ({
      effect,
      standardError: 0.01,
      rollout: `checkout-${i}`,
      endedMs: 1_760_000_000_000 + i,
    }));
    const exported = exportStatistics(named, LIMIT)!;
    // Median .02 and median deviation .01: .06 becomes .05.
    expect(exported.k).toBe(3);
    expect(exported.sum).toBeCloseTo(0.08, 12);
    expect(exported.sumOfSquares).toBeCloseTo(0.003, 12);
    expect(exported.sumOfSquaredErrors).toBeCloseTo(0.0003, 12);
    expect(Object.keys(exported)).toEqual(['k', 'sum', 'sumOfSquares', 'sumOfSquaredErrors']);
  });

  it('is the same in whatever order rollouts ended', () => {
    fc.assert(
      fc.property(tenant, (estimates) => {
        const [forwards, backwards] = [estimates, estimates.toReversed()].map((of) => exportStatistics(of, LIMIT)!);
        expect(backwards!.sum).toBeCloseTo(forwards!.sum, 10);
        expect(backwards!.sumOfSquares).toBeCloseTo(forwards!.sumOfSquares, 10);
      }),
      { seed: 1 },
    );
  });

  it('is never more than the clip allows', () => {
    fc.assert(
      fc.property(tenant, (estimates) => {
        const { k, sum, sumOfSquares, sumOfSquaredErrors } = exportStatistics(estimates, LIMIT)!;
        expect(Math.abs(sum)).toBeLessThanOrEqual(k * LIMIT + 1e-12);
        expect(sumOfSquares).toBeLessThanOrEqual(k * LIMIT ** 2 + 1e-12);
        expect(sumOfSquaredErrors).toBeLessThanOrEqual(k * LIMIT ** 2 + 1e-12);
      }),
      { seed: 2 },
    );
  });

  it('is nothing below three rollouts, whose values the sums would give away', () => {
    const one = { effect: 0.01, standardError: 0.01 };
    expect(exportStatistics([one, one], LIMIT)).toBeUndefined();
    expect(exportStatistics([one, one, one], LIMIT)).toBeDefined();
  });
});

describe('a pool', () => {
  const member = (estimates: readonly EffectEstimate[], hasOptedOut = false) => ({
    statistics: exportStatistics(estimates, LIMIT)!,
    hasOptedOut,
  });
  const members = (tenants: readonly (readonly EffectEstimate[])[]) => tenants.map((estimates) => member(estimates));
  const three = Array.from({ length: 3 }, () => ({ effect: 0.01, standardError: 0.001 }));

  it('needs ten tenants and thirty rollouts', () => {
    expect(poolTenants(Array.from({ length: 9 }, () => member([...three, ...three])))).toBeUndefined();
    expect(poolTenants(Array.from({ length: 10 }, () => member(three)))).toMatchObject({ rollouts: 30 });
  });

  it('leaves out who opted out, exactly as if it had never been there', () => {
    fc.assert(
      fc.property(fc.array(tenant, { minLength: 12, maxLength: 20 }), tenant, (others, leaver) => {
        expect(poolTenants([...members(others), member(leaver, true)])).toEqual(poolTenants(members(others)));
      }),
      { seed: 3, numRuns: 50 },
    );
  });

  it('moves by no more than the clip allows when one tenant leaves', () => {
    fc.assert(
      fc.property(fc.array(tenant, { minLength: 11, maxLength: 20 }), (tenants) => {
        const all = poolTenants(members(tenants))!;
        for (const leaver of tenants.keys()) {
          const without = poolTenants(members(tenants.toSpliced(leaver, 1)))!;
          expect(Math.abs(all.mean - without.mean)).toBeLessThanOrEqual(0.2 * 2 * LIMIT + 1e-12);
          // Second moment and noise lie in [0, limit²] and move by a fifth of that each, the squared mean with the mean.
          const most = 0.4 * LIMIT ** 2 + 2 * LIMIT * Math.abs(all.mean - without.mean);
          expect(Math.abs(all.sd ** 2 - without.sd ** 2)).toBeLessThanOrEqual(most + 1e-12);
        }
      }),
      { seed: 4, numRuns: 200 },
    );
  });

  it('gives a tenant with a thousand times the rollouts a tenth of the weight', () => {
    const small = Array.from({ length: 19 }, () => member(three.map((each) => ({ ...each, effect: 0 }))));
    const giant = Array.from({ length: 3000 }, () => ({ effect: 0.1, standardError: 0.001 }));
    expect(poolTenants([...small, member(giant)])!.mean).toBeCloseTo(0.01, 12);
  });

  it('finds the spread of simulated tenants again, a little less for the clipping', () => {
    const draws = seededDraws(8);
    const tenants = Array.from({ length: 40 }, () =>
      Array.from({ length: 25 }, () => ({
        effect: 0.002 + 0.012 * draws.normal() + 0.004 * draws.normal(),
        standardError: 0.004,
      })),
    );
    const pooled = poolTenants(members(tenants))!;
    const { mean, sd } = fitEffectSpread(tenants.flat())!;
    expect(Math.abs(pooled.mean - mean)).toBeLessThan(0.0005);
    expect(pooled.sd / sd).toBeGreaterThan(0.88);
    expect(pooled.sd / sd).toBeLessThan(1);
  });
});
