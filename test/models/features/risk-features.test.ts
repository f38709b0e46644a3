import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { durationBinMidMs, durationBinOf } from '../../../domain/index.ts';
import { contrastOf } from '../../../models/features/contrast.ts';
import {
  type FeatureSet,
  flatSketch,
  mergeSketches,
  quantileBins,
  RISK_FEATURES_V1,
  RISK_FEATURES_V2,
  type RiskStratum,
  schemaHash,
} from '../../../models/index.ts';
import { seededDraws } from '../seeded-draws.ts';
import { anyStratum, aRate, aStratum } from './a-stratum.ts';
import golden from './golden-features.json' with { type: 'json' };

const SEED = { seed: 20_261_129, numRuns: 100 };

const goldenStrata = golden.strata.map(
  ({ errors, slow, conversions, segment }, index): RiskStratum => ({
    errors: aRate(errors as never),
    slow: aRate(slow as never),
    business: { ...aRate(conversions as never), goodDirection: 'higher' },
    segments: { 'country=DE': aRate(segment as never) },
    treatmentShare: 0.1,
    minutesAtCoverage: 6 + index,
    minutesSinceStart: 6 + index,
    isBurnIn: false,
  }),
);

function play<State>(set: FeatureSet<State, RiskStratum>, strata: readonly RiskStratum[], from = set.empty()) {
  let [state, vector]: [State, readonly number[]] = [from, []];
  for (const stratum of strata) ({ state, vector } = set.addStratum(state, stratum));
  return { state, vector };
}

describe('the 33 features of version 1', () => {
  it('are the golden ones', () => {
    const { vector } = play(RISK_FEATURES_V1, goldenStrata);
    expect(vector).toHaveLength(33);
    vector.forEach((value, index) => {
      expect(value, RISK_FEATURES_V1.features[index]!.name).toBeCloseTo(golden.vector[index]!, 5);
    });
  });

  it('come from the golden contrast', () => {
    const { errors } = play(RISK_FEATURES_V1, goldenStrata).state;
    const { difference, variance, dispersion, information, base } = contrastOf(errors);
    expect(errors.weight).toBe(1350);
    expect(difference).toBeCloseTo(0.00244444, 8);
    expect(variance).toBeCloseTo(0.00772166, 8);
    expect(dispersion).toBeCloseTo(1.301, 5);
    expect(Math.round(information)).toBe(134_384);
    expect(base).toBeCloseTo(0.00756458, 8);
  });

  it('are the first 33 of version 2', () => {
    const { vector } = play(RISK_FEATURES_V2, goldenStrata);
    expect(vector).toHaveLength(42);
    expect(vector.slice(0, 33)).toEqual(play(RISK_FEATURES_V1, goldenStrata).vector);
  });
});

describe('a metric whose number is a value', () => {
  // Ten units with the numbers 0 to 9 plus a shift: mean 4.5, squares 82.5 around it.
  const values = (shift: number) => ({ n: 10, sum: 45 + 10 * shift, sumOfSquares: 285 + 90 * shift + 10 * shift ** 2 });
  const business = { kind: 'value', treatment: values(-1), control: values(0), goodDirection: 'higher' } as const;

  it('is compared by the difference of means over the pooled spread within its sides', () => {
    const { state, vector } = play(RISK_FEATURES_V1, [aStratum({ business })]);
    const { difference, variance, base } = contrastOf(state.business!);
    expect([difference, base]).toEqual([-1, 4.5]);
    // 2 · 82.5 over 18 degrees of freedom; drawn towards itself it stays.
    expect(variance).toBeCloseTo(165 / 18, 12);
    expect(vector[14]).toBeCloseTo(Math.sqrt(5 / ((165 / 18) * 1.2)), 12);
    expect(vector[15]).toBeCloseTo(Math.log1p(1 / 4.5), 12);
  });

  it('points the other way where less is better', () => {
    const higher = play(RISK_FEATURES_V1, [aStratum({ business })]).vector[14]!;
    const lower = play(RISK_FEATURES_V1, [aStratum({ business: { ...business, goodDirection: 'lower' } })]).vector[14]!;
    expect(higher).toBeGreaterThan(0);
    expect(lower).toBe(-higher);
  });
});

describe('the features added in version 2', () => {
  const at = (name: string) => RISK_FEATURES_V2.features.findIndex((feature) => feature.name === name);

  it('tell a treatment that is twice as slow by its quantiles', () => {
    // A bin is 2 % wide, so 35 bins are a factor of 2.
    const durations = { treatment: { 335: 100 }, control: { 300: 900 } };
    const { vector } = play(RISK_FEATURES_V2, [aStratum({ slow: aRate([500, 4500, 4, 36]), durations })]);
    for (const name of ['slow.p50', 'slow.p95', 'slow.p99']) expect(vector[at(name)]).toBeCloseTo(Math.log(2), 1);
  });

  it('have the quantiles of both blocks of minutes merged', () => {
    const draws = seededDraws(41);
    const sketchOf = (count: number, scale: number) => {
      const bins: Record<string, number> = {};
      for (let unit = 0; unit < count; unit += 1) {
        const bin = durationBinOf(scale * Math.exp(draws.normal()));
        bins[bin] = (bins[bin] ?? 0) + 1;
      }
      return bins;
    };
    const minutes = Array.from({ length: 8 }, () => ({ treatment: sketchOf(40, 120), control: sketchOf(300, 100) }));
    const slow = aRate([500, 4500, 4, 36]);
    const { vector } = play(
      RISK_FEATURES_V2,
      minutes.map((durations) => aStratum({ slow, durations })),
    );
    const merged = (side: 'treatment' | 'control') =>
      quantileBins(
        flatSketch(minutes.map((minute) => minute[side]).reduce((left, right) => mergeSketches(left, right))),
        [0.5, 0.95, 0.99],
      )!.map(durationBinMidMs);
    ['slow.p50', 'slow.p95', 'slow.p99'].forEach((name, index) => {
      expect(vector[at(name)]).toBeCloseTo(Math.log(merged('treatment')[index]! / merged('control')[index]!), 12);
    });
  });

  it('say nothing of quantiles of fewer than 50 units, or of those of ten minutes ago', () => {
    const slow = aRate([500, 4500, 4, 36]);
    const few = aStratum({ slow, durations: { treatment: { 335: 49 }, control: { 300: 900 } } });
    const enough = aStratum({ slow, durations: { treatment: { 335: 50 }, control: { 300: 900 } } });
    const p50 = (strata: readonly RiskStratum[]) => play(RISK_FEATURES_V2, strata).vector[at('slow.p50')];
    const later = (minutes: number) => Array.from({ length: minutes }, () => aStratum({ slow }));
    expect(p50([few])).toBe(0);
    expect(p50([enough, ...later(5)])).toBeGreaterThan(0.6);
    expect(p50([enough, ...later(9)])).toBe(0);
  });

  it('count how far the sample ratio is off in standard errors', () => {
    const newUnits = { treatment: 120, control: 880, intendedShare: 0.1 };
    const { vector } = play(RISK_FEATURES_V2, [aStratum({ newUnits })]);
    expect(vector[at('sampleRatio')]).toBeCloseTo(20 / Math.sqrt(90), 12);
  });

  it('forget a missing window after ten minutes', () => {
    const gap = aStratum({ windows: { expected: 6, missing: 3 } });
    const whole = aStratum({ windows: { expected: 6, missing: 0 } });
    const missing = (strata: readonly RiskStratum[]) => play(RISK_FEATURES_V2, strata).vector[at('missingWindows')];
    expect(missing([gap, whole, whole])).toBeCloseTo(3 / 18, 12);
    expect(missing([gap, ...Array.from({ length: 10 }, () => whole)])).toBe(0);
  });

  it('mask the metrics that a rollout does not have', () => {
    const masks = (stratum: RiskStratum) => play(RISK_FEATURES_V2, [stratum]).vector.slice(39);
    expect(masks(aStratum())).toEqual([0, 0, 0]);
    expect(masks(goldenStrata[0]!)).toEqual([1, 1, 1]);
  });
});

describe.each([
  { set: RISK_FEATURES_V1 as FeatureSet<unknown, RiskStratum> },
  { set: RISK_FEATURES_V2 as FeatureSet<unknown, RiskStratum> },
])('features of version $set.version', ({ set }) => {
  const strata = fc.array(anyStratum, { minLength: 1, maxLength: 25 });

  it('are finite and inside their clips whatever the counts', () => {
    const isInside = (some: readonly RiskStratum[]) => {
      let state = set.empty();
      for (const stratum of some) {
        const step = set.addStratum(state, stratum);
        state = step.state;
        const outside = set.features.filter(({ clip }, index) => {
          const value = step.vector[index]!;
          return !(value >= clip[0] && value <= clip[1]);
        });
        expect(outside).toEqual([]);
      }
    };
    fc.assert(fc.property(strata, isInside), SEED);
  });

  it('go on from a state that was stored as JSON as if nothing had happened', () => {
    const survives = (before: readonly RiskStratum[], after: readonly RiskStratum[]) => {
      const stored = JSON.parse(JSON.stringify(play(set, before).state)) as unknown;
      expect(play(set, after, stored)).toEqual(play(set, [...before, ...after]));
    };
    fc.assert(fc.property(strata, strata, survives), SEED);
  });

  it('do not depend on the order in which segments are listed', () => {
    const reversed = (stratum: RiskStratum): RiskStratum =>
      stratum.segments === undefined
        ? stratum
        : { ...stratum, segments: Object.fromEntries(Object.entries(stratum.segments).reverse()) };
    const isSame = (some: readonly RiskStratum[]) => {
      expect(JSON.stringify(play(set, some.map(reversed)))).toBe(JSON.stringify(play(set, some)));
    };
    fc.assert(fc.property(strata, isSame), SEED);
  });

  it('take nothing in during burn-in, and nothing from a minute without data', () => {
    const cumulative = (vector: readonly number[]) => vector.filter((_, index) => index < 28 && index % 7 < 4);
    const calm = play(set, goldenStrata);
    const burnIn = aStratum({ ...goldenStrata[0]!, errors: aRate([500, 4500, 400, 20]), isBurnIn: true });
    const empty = aStratum({ errors: aRate([0, 0, 0, 0]), slow: aRate([0, 10, 0, 9]) });
    for (const stratum of [burnIn, empty]) {
      const { vector } = play(set, [stratum], calm.state);
      expect(cumulative(vector)).toEqual(cumulative(calm.vector));
      // What is recent fades with its own variance, so it stays as sure as it was.
      for (const index of [4, 5, 6]) expect(vector[index]).toBeCloseTo(calm.vector[index]!, 9);
    }
  });

  it('do not change what they are given', () => {
    const frozen = (value: object): unknown => {
      for (const member of Object.values(value)) if (typeof member === 'object' && member !== null) frozen(member);
      return Object.freeze(value);
    };
    const { state } = play(set, goldenStrata.slice(0, 2));
    expect(() => set.addStratum(frozen(state as object), frozen(goldenStrata[2]!) as RiskStratum)).not.toThrow();
  });

  it('keep a state whose size does not grow with the rollout', () => {
    const bins = Object.fromEntries(Array.from({ length: 1145 }, (_, index) => [index - 231, 1000]));
    const segments = Object.fromEntries(
      Array.from({ length: 10 }, (_, index) => [`country=${index}`, aRate([100, 900, 1, 9])]),
    );
    const stratum = aStratum({
      slow: aRate([500, 4500, 4, 36]),
      business: { ...aRate([500, 4500, 50, 450]), goodDirection: 'higher' },
      segments,
      durations: { treatment: bins, control: bins },
      windows: { expected: 6, missing: 0 },
    });
    const sizeAfter = (minutes: number) =>
      JSON.stringify(play(set, Array<RiskStratum>(minutes).fill(stratum)).state).length;
    // Only numbers get a few digits longer.
    expect(sizeAfter(60)).toBeLessThan(1.2 * sizeAfter(15));
    expect(sizeAfter(60)).toBeLessThan(80_000);
  });

  it('refuse impossible counts', () => {
    for (const errors of [aRate([1, 1, Number.NaN, 0]), aRate([-1, 1, 0, 0]), aRate([0, 1, 1, 0])])
      expect(() => set.addStratum(set.empty(), aStratum({ errors }))).toThrow('impossible');
  });

  it('follow ten segments and no more', () => {
    const names = Array.from({ length: 15 }, (_, index) => `country=${index}`);
    const segments = Object.fromEntries(names.map((name, index) => [name, aRate([10 + index, 90, 1, 1])]));
    const state = JSON.stringify(play(set, [aStratum({ segments }), aStratum({ segments })]).state);
    expect(names.filter((name) => state.includes(`"${name}"`))).toEqual(names.slice(5));
  });

  it('have distinct names, and masks that exist', () => {
    const names = set.features.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { mask } of set.features) if (mask !== undefined) expect(names).toContain(mask);
  });
});

describe('the hash of a schema', () => {
  it('is pinned, so that nobody changes a released version by accident', () => {
    expect([schemaHash(RISK_FEATURES_V1), schemaHash(RISK_FEATURES_V2)]).toEqual(golden.schemaHashes);
  });

  it('differs for another order, unit or clip', () => {
    const { name, version, features } = RISK_FEATURES_V1;
    const [first, second, ...others] = features;
    const variants = [
      [second!, first!, ...others],
      [{ ...first!, unit: 'another' }, second!, ...others],
      [{ ...first!, clip: [-8, 16] as const }, second!, ...others],
    ].map((changed) => schemaHash({ name, version, features: changed }));
    expect(new Set([schemaHash(RISK_FEATURES_V1), ...variants]).size).toBe(4);
  });
});
