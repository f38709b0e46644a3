import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ByteSink, writeCbor } from '../../evaluator/bucketing/cbor.ts';
import { bucketOf } from '../../evaluator/bucketing/distribution.ts';
import { HASHINGS } from '../../evaluator/bucketing/hashing.ts';
import { smallestFloat } from '../../evaluator/bucketing/smallest-float.ts';
import { MAX_STEPS } from '../../evaluator/limits.ts';
import { decodeCbor, halfOf } from './cbor-decoder.ts';
import golden from './golden/cbor.json' with { type: 'json' };

const hashing = HASHINGS['murmur3-cbor'];
const aBudget = () => ({ stepsLeft: MAX_STEPS });

class Bytes implements ByteSink {
  readonly all: number[] = [];
  addByte(byte: number): void {
    this.all.push(byte);
  }
  addText(text: string): void {
    for (const byte of Buffer.from(text, 'utf8')) this.all.push(byte);
  }
}

function encoded(value: unknown): Uint8Array {
  const sink = new Bytes();
  expect(writeCbor(value, sink, aBudget())).toBe(true);
  return Uint8Array.from(sink.all);
}
const hex = (value: unknown) => Buffer.from(encoded(value)).toString('hex');

const json = fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' });
const wellFormed = (value: unknown) => !/\\ud[89a-f]/.test(JSON.stringify(value));

describe('The deterministic CBOR', () => {
  it.each(golden.values)('of $value is $cbor, and its hash $hash', ({ value, cbor, hash, bucketOf100 }) => {
    expect(hex(value)).toBe(cbor);
    expect(hashing.explicit()(value, aBudget())).toBe(hash);
    expect(bucketOf(hash, 100)).toBe(bucketOf100);
  });

  // RFC 8949, appendix A.
  it.each([
    [23, '17'],
    [24, '1818'],
    [1000000000000, '1b000000e8d4a51000'],
    [2 ** 64 - 2048, '1bfffffffffffff800'],
    [-1, '20'],
    [-1000, '3903e7'],
    [-(2 ** 53), '3b001fffffffffffff'],
    [-(2 ** 63), '3b7fffffffffffffff'],
    [-(2 ** 63) - 2048, 'fbc3e0000000000001'],
    [2 ** 64, 'fa5f800000'],
    [2 ** -24, 'f90001'],
    [2 ** -14, 'f90400'],
    [-4.1, 'fbc010666666666666'],
    [3.4028234663852886e38, 'fa7f7fffff'],
    [1.0e300, 'fb7e37e43c8800759c'],
    ['ü', '62c3bc'],
    ['水', '63e6b0b4'],
    ['\ud800\udd51', '64f0908591'],
    [[1, [2, 3], [4, 5]], '8301820203820405'],
    [{ a: 1, b: [2, 3] }, 'a26161016162820203'],
    [null, 'f6'],
  ])('of %s is %s', (value, cbor) => {
    expect(hex(value)).toBe(cbor);
  });

  it('is read back as the value by a decoder of its own, in the shortest forms', () => {
    fc.assert(
      fc.property(json.filter(wellFormed), (value) => {
        // -0 is the integer 0.
        expect(decodeCbor(encoded(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { seed: 61, numRuns: 3000 },
    );
  });

  it('of any double is read back as the same double', () => {
    const double = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.maxSafeInteger(),
      fc
        .tuple(fc.integer({ min: -1100, max: 1100 }), fc.integer({ min: 1, max: 4096 }))
        .map(([e, m]) => m * 2 ** (e / 8)),
      fc.tuple(fc.integer({ min: -140, max: 127 }), fc.nat(2 ** 23)).map(([e, m]) => (1 + m * 2 ** -23) * 2 ** e),
    );
    fc.assert(
      fc.property(double.filter(Number.isFinite), (value) => {
        expect(decodeCbor(encoded(value))).toBe(value === 0 ? 0 : value);
      }),
      { seed: 62, numRuns: 5000 },
    );
  });

  it('has every half float in three bytes, and nothing that loses a bit', () => {
    for (let bits = 1; bits < 0x7c00; bits++) {
      for (const sign of [0, 0x8000]) {
        expect(Buffer.from(smallestFloat(halfOf(bits | sign))).readUIntBE(0, 3)).toBe(0xf90000 | bits | sign);
      }
      const next = Math.fround(halfOf(bits) * (1 + 2 ** -20));
      if (next !== halfOf(bits)) expect(smallestFloat(next)).toHaveLength(5);
    }
  });

  it('does not depend on the order of keys, which are sorted by their encodings', () => {
    const object = fc.dictionary(fc.string({ unit: 'binary', maxLength: 30 }), fc.nat(9), { maxKeys: 8 });
    fc.assert(
      fc.property(object.filter(wellFormed), (members) => {
        const reversed = Object.fromEntries(Object.entries(members).reverse());
        expect(hex(reversed)).toBe(hex(members));
        const keys = Object.keys(decodeCbor(encoded(members)) as object).filter((key) => !/^\d+$/.test(key));
        const encodings = keys.map(hex);
        expect(encodings).toEqual(encodings.toSorted());
      }),
      { seed: 63, numRuns: 1000 },
    );
  });

  it('leaves out what is undefined, and has no form for what is no JSON', () => {
    expect(hex({ a: undefined, b: 1 })).toBe(hex({ b: 1 }));
    expect(hex([undefined])).toBe(hex([null]));
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, undefined, 1n, Symbol('s'), () => 1]) {
      expect(writeCbor(value, new Bytes(), aBudget())).toBe(false);
      expect(writeCbor([value ?? 1n], new Bytes(), aBudget())).toBe(false);
    }
  });

  it('is given up for what nests too deep or is too large', () => {
    const deep = JSON.parse('['.repeat(50_000) + ']'.repeat(50_000)) as unknown;
    const wide = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`k${index}`, index]));
    for (const value of [deep, wide, 'x'.repeat(1_000_000)]) {
      expect(writeCbor(value, new Bytes(), aBudget())).toBe(false);
    }
  });
});

describe('Hashing over CBOR', () => {
  it.each(golden.targetingKeys)('puts $targetingKey into bucket $bucketOf100000', (row) => {
    const hash = hashing.implicit('checkout-v2')(row.targetingKey);
    expect(hash).toBe(row.hash);
    expect(bucketOf(hash, 100_000)).toBe(row.bucketOf100000);
    expect(hashing.explicit()(['checkout-v2', row.targetingKey], aBudget())).toBe(hash);
  });

  it('of a salted text is that of the whole text, wherever the salt ends', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.nat(40), (whole, cut) => {
        const salted = hashing.salted(whole.slice(0, cut));
        expect(salted(whole.slice(cut))).toBe(hashing.explicit()(whole, aBudget()));
        expect(salted(whole.slice(cut))).toBe(salted(whole.slice(cut)));
      }),
      { seed: 64, numRuns: 2000 },
    );
  });
});
