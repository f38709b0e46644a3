import fc from 'fast-check';
import type { BusinessSides, RateSides, RiskStratum, ValueSides } from '../../../models/index.ts';

/** A rate of both sides from units and events, treatment first. */
export function aRate([nT, nC, xT, xC]: readonly [number, number, number, number]): RateSides {
  return { kind: 'rate', treatment: { n: nT, x: xT }, control: { n: nC, x: xC } };
}

/** A quiet minute at a tenth of the traffic; with what a test wants to differ. */
export function aStratum(different: Partial<RiskStratum> = {}): RiskStratum {
  return {
    errors: aRate([500, 4500, 4, 36]),
    treatmentShare: 0.1,
    minutesAtCoverage: 6,
    minutesSinceStart: 6,
    isBurnIn: false,
    ...different,
  };
}

const largest = 1e12;
const aCount = fc.oneof(fc.constant(0), fc.nat(10), fc.nat(100_000), fc.integer({ min: 0, max: largest }));

/** Units from none to very many, and events up to all of them. */
const aSide = fc
  .tuple(aCount, fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([n, share]) => ({ n, x: Math.floor(n * share) }));

export const anyRate: fc.Arbitrary<RateSides> = fc
  .tuple(aSide, aSide)
  .map(([treatment, control]) => ({ kind: 'rate', treatment, control }));

const someValues = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 20 }).map((values) => ({
  n: values.length,
  sum: values.reduce((sum, value) => sum + value, 0),
  sumOfSquares: values.reduce((sum, value) => sum + value * value, 0),
}));

const anyValue: fc.Arbitrary<ValueSides> = fc
  .tuple(someValues, someValues)
  .map(([treatment, control]) => ({ kind: 'value', treatment, control }));

const aSketch = fc.dictionary(fc.integer({ min: 0, max: 900 }).map(String), fc.integer({ min: 1, max: 1000 }), {
  maxKeys: 20,
});

const segmentNames = fc.constantFrom('country=DE', 'country=FR', 'tier=gold', '__proto__', 'device=phone');

const aBusiness: fc.Arbitrary<BusinessSides> = fc
  .tuple(fc.oneof(anyRate, anyValue), fc.constantFrom('lower' as const, 'higher' as const))
  .map(([sides, goodDirection]) => ({ ...sides, goodDirection }));

/** Any minute that a rollout may show, sane or not, as long as its numbers are possible. */
export const anyStratum: fc.Arbitrary<RiskStratum> = fc.record(
  {
    errors: anyRate,
    slow: anyRate,
    business: aBusiness,
    segments: fc.uniqueArray(fc.tuple(segmentNames, anyRate), { selector: ([name]) => name }).map(Object.fromEntries),
    treatmentShare: fc.double({ min: 0, max: 1, noNaN: true }),
    minutesAtCoverage: fc.nat(10_000),
    minutesSinceStart: fc.nat(10_000),
    isBurnIn: fc.boolean(),
    durations: fc.record({ treatment: aSketch, control: aSketch }),
    newUnits: fc.record({ treatment: aCount, control: aCount, intendedShare: fc.constantFrom(0.01, 0.5, 0.95) }),
    windows: fc.nat(20).chain((expected) => fc.record({ expected: fc.constant(expected), missing: fc.nat(expected) })),
    watermarkLagSeconds: fc.nat(100_000),
  },
  { requiredKeys: ['errors', 'treatmentShare', 'minutesAtCoverage', 'minutesSinceStart', 'isBurnIn'] },
) as fc.Arbitrary<RiskStratum>;
