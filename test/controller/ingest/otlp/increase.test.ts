import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { increaseSince } from '../../../../controller/ingest/otlp/increase.ts';
import { countOf, type ExponentialReading, type Reading } from '../../../../controller/ingest/otlp/reading.ts';
import { binsOf } from '../../../../controller/ingest/otlp/reading-bins.ts';
import { durationBinOf } from '../../../../domain/index.ts';

const explicit = (counts: readonly number[], bounds: readonly number[] = [10, 100]): Reading => ({
  kind: 'explicit',
  bounds,
  counts,
});
const exponential = (scale: number, offset: number, counts: readonly number[], zeroCount = 0): ExponentialReading => ({
  kind: 'exponential',
  scale,
  offset,
  counts,
  zeroCount,
  zeroThreshold: 0,
});

describe('the increase of a histogram', () => {
  it.each<{ what: string; before: Reading; reading: Reading; increase: unknown }>([
    {
      what: 'its buckets less those before',
      before: explicit([1, 2, 3]),
      reading: explicit([1, 5, 4]),
      increase: explicit([0, 3, 1]),
    },
    {
      what: 'a reset when a bucket shrinks',
      before: explicit([1, 2, 3]),
      reading: explicit([9, 1, 9]),
      increase: 'reset',
    },
    {
      what: 'unknown when the bounds change',
      before: explicit([1, 2, 3]),
      reading: explicit([1, 2, 3], [10, 99]),
      increase: 'incomparable',
    },
    {
      what: 'unknown when a sum becomes a histogram',
      before: { kind: 'sum', value: 1 },
      reading: explicit([1, 2, 3]),
      increase: 'incomparable',
    },
    {
      what: 'the same when it grows at both ends',
      before: exponential(0, 2, [1, 1]),
      reading: exponential(0, 1, [1, 1, 2, 1], 2),
      increase: exponential(0, 1, [1, 0, 1, 1], 2),
    },
    {
      what: 'told after neighbours were joined',
      before: exponential(1, -3, [1, 2, 3]),
      reading: exponential(0, -2, [3, 6]),
      increase: exponential(0, -2, [2, 1]),
    },
    {
      what: 'a reset when it gets finer',
      before: exponential(0, 0, [1]),
      reading: exponential(1, 0, [5, 5]),
      increase: 'reset',
    },
    {
      what: 'a reset when a bucket vanishes',
      before: exponential(0, 0, [1, 1]),
      reading: exponential(0, 0, [5]),
      increase: 'reset',
    },
    {
      what: 'unknown when zero gets wider',
      before: exponential(0, 0, [1]),
      reading: { ...exponential(0, 0, [5]), zeroThreshold: 1 },
      increase: 'incomparable',
    },
  ])('is $what', ({ before, reading, increase }) => {
    expect(increaseSince(before, reading)).toEqual(increase);
  });

  it('is exactly the values recorded in between, however coarse the buckets became', () => {
    const values = fc.array(fc.double({ min: 1e-3, max: 1e6, noNaN: true }), { maxLength: 30 });
    const scales = fc.tuple(fc.integer({ min: -3, max: 6 }), fc.nat(4));
    fc.assert(
      fc.property(values, values, scales, (first, second, [scale, coarser]) => {
        const before = histogramOf(first, scale);
        const reading = histogramOf([...first, ...second], scale - coarser);
        const increase = increaseSince(before, reading) as ExponentialReading;
        expect(binsOf(increase, 1)).toEqual(binsOf(histogramOf(second, scale - coarser), 1));
        expect(countOf(increase)).toBe(second.length);
      }),
      { seed: 20_261_124, numRuns: 300 },
    );
  });
});

describe('bins of durations', () => {
  it('hold each bucket of a histogram at its upper bound, and what lies above the last one at a day', () => {
    expect(binsOf({ kind: 'explicit', bounds: [0.1, 1], counts: [3, 0, 2] }, 1000)).toEqual({
      [durationBinOf(100)]: 3,
      [durationBinOf(86_400_000)]: 2,
    });
  });

  it('hold each bucket of an exponential histogram at its upper bound, and zeros at the shortest duration', () => {
    expect(binsOf(exponential(1, 2, [4, 0, 5], 6), 1)).toEqual({
      [durationBinOf(2 ** 1.5)]: 4,
      [durationBinOf(2 ** 2.5)]: 5,
      [durationBinOf(0)]: 6,
    });
  });
});

/** What an SDK would send after these values: bucket i holds (2^(i / 2^scale), 2^((i + 1) / 2^scale)]. */
function histogramOf(values: readonly number[], scale: number): ExponentialReading {
  const buckets = values.map((value) => Math.ceil(Math.log2(value) * 2 ** scale) - 1);
  const offset = Math.min(0, ...buckets);
  const counts = Array.from({ length: Math.max(0, ...buckets) - offset + 1 }, () => 0);
  for (const bucket of buckets) counts[bucket - offset]!++;
  return exponential(scale, offset, counts);
}
