import { expect, it } from 'vitest';
import { fuzz } from '../evaluator/fuzz.ts';

it.each([1, 2, 3, 4])(
  '50 000 random definitions of seed %i are answered in 2 ms, without reading what is inherited',
  (seed) => {
    const { inheritedReads, slowest } = fuzz(seed, 50_000);
    expect(inheritedReads).toEqual([]);
    expect(slowest.filter(({ leastMs }) => leastMs >= 2)).toEqual([]);
  },
);
