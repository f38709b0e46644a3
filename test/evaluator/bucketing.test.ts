import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../../domain/index.ts';
import { bucketOf } from '../../evaluator/bucketing/distribution.ts';
import { HASHINGS } from '../../evaluator/bucketing/hashing.ts';
import { compileSnapshot, evaluate } from '../../evaluator/index.ts';
import golden from './golden/hashes.json' with { type: 'json' };

const murmurHashAfter = HASHINGS.murmur3.salted;

describe('MurmurHash3 over UTF-8', () => {
  it.each(golden.hashes)('hashes $text to $hash', ({ text, hash }) => {
    expect(murmurHashAfter('')(text)).toBe(hash);
  });

  it('is the same wherever the prefix ends, also in the middle of a character', () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 });
    fc.assert(
      fc.property(text, fc.nat(40), (whole, cut) => {
        const head = whole.slice(0, cut);
        expect(murmurHashAfter(head)(whole.slice(cut))).toBe(murmurHashAfter('')(whole));
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  it('reads half of a surrogate pair as U+FFFD, as every UTF-8 encoder does', () => {
    expect(murmurHashAfter('')('a\ud83d')).toBe(murmurHashAfter('')('a\ufffd'));
    expect(murmurHashAfter('')('\ude00b')).toBe(murmurHashAfter('')('\ufffdb'));
  });
});

describe('Buckets', () => {
  it.each(golden.buckets)('puts $text into bucket $bucket of $totalWeight', ({ text, totalWeight, bucket }) => {
    expect(bucketOf(murmurHashAfter('')(text), totalWeight)).toBe(bucket);
  });

  it('are exact for every hash and weight', () => {
    const hash = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    const totalWeight = fc.integer({ min: 1, max: 2 ** 31 - 1 });
    fc.assert(
      fc.property(hash, totalWeight, (h, weight) => {
        expect(bucketOf(h, weight)).toBe(Number((BigInt(h) * BigInt(weight)) >> 32n));
      }),
      { seed: 2, numRuns: 5000 },
    );
  });

  it('decide what a fractional rule serves', () => {
    for (const { text, totalWeight, bucket } of golden.buckets) {
      const entries = [
        ['below', bucket],
        ['hit', 1],
        ['above', totalWeight - bucket - 1],
      ];
      const variants = { below: 'below', hit: 'hit', above: 'above' };
      const flag = { state: 'ENABLED', variants, targeting: { fractional: [{ var: 'key' }, ...entries] } } as const;
      const snapshot = compileSnapshot({
        environment: 'test',
        epoch: 0,
        version: 1,
        flagSet: { flags: { flag } },
        rollouts: [],
        settings: DEFAULT_SETTINGS,
      });
      expect(evaluate(snapshot, 'flag', { key: text }, 0).value).toBe('hit');
    }
  });
});
