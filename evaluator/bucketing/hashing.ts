import type { Bucketing } from '../../domain/index.ts';
import { STEPS_PER_HASHED_CHARACTER } from '../limits.ts';
import { type Budget, spend } from '../rule/budget.ts';
import { writeArrayHead, writeCbor, writeText, writeTextHead } from './cbor.ts';
import { MurmurHash } from './murmur-hash.ts';
import { endsWithHalfPair, utf8ByteCount } from './utf8.ts';

/** How bucketing values are hashed. What does not change from call to call is hashed when the method is called. */
export interface Hashing {
  /** Hashes the text that begins with the salt and ends with the text given. */
  salted(salt: string): (text: string) => number;
  /** Hashes what stands for a bucketing value where a rule has none: flag key and targeting key. */
  implicit(flagKey: string): (targetingKey: string) => number;
  /** Hashes any value; null for one that is no bucketing value. */
  explicit(): (value: unknown, budget: Budget) => number | null;
}

/** flagd core 0.15 and flagd-core 3: MurmurHash3 over the text; other values than texts are none. */
const MURMUR3: Hashing = {
  salted: hashAfter,
  implicit: hashAfter,
  explicit: () => {
    const hashOf = hashAfter('');
    return (value, budget) => (typeof value === 'string' && paysFor(value, budget) ? hashOf(value) : null);
  },
};

/** MurmurHash3 over the CBOR of the value (open-feature/flagd `docs/architecture-decisions/fractional-non-string-rand-units.md`). */
const MURMUR3_CBOR: Hashing = {
  salted: (salt) => {
    if (endsWithHalfPair(salt)) return (text) => cborText(new MurmurHash(), '', salt + text);
    const hash = new MurmurHash();
    return (text) => cborText(hash.startFrom(UNTOUCHED), salt, text);
  },
  implicit: (flagKey) => {
    const begun = new MurmurHash();
    writeArrayHead(2, begun);
    writeText(flagKey, begun);
    const hash = new MurmurHash();
    return (targetingKey) => cborText(hash.startFrom(begun), '', targetingKey);
  },
  explicit: () => {
    const hash = new MurmurHash();
    return (value, budget) => {
      if (typeof value === 'string')
        return paysFor(value, budget) ? cborText(hash.startFrom(UNTOUCHED), '', value) : null;
      if (value === null || !writeCbor(value, hash.startFrom(UNTOUCHED), budget)) return null;
      return hash.finish();
    };
  },
};

/** The hashing of each generation of bucketing. */
export const HASHINGS: Readonly<Record<Bucketing, Hashing>> = { murmur3: MURMUR3, 'murmur3-cbor': MURMUR3_CBOR };

/** Takes what hashing a text costs from the budget; false when it does not hold as much. */
export function paysFor(text: string, budget: Budget): boolean {
  return spend(budget, text.length * STEPS_PER_HASHED_CHARACTER);
}

const UNTOUCHED = new MurmurHash();

function hashAfter(prefix: string): (text: string) => number {
  if (endsWithHalfPair(prefix)) return (text) => new MurmurHash().addText(prefix + text).finish();
  const begun = new MurmurHash().addText(prefix);
  return (text) => begun.finishWith(text);
}

function cborText(hash: MurmurHash, salt: string, text: string): number {
  writeTextHead(utf8ByteCount(salt) + utf8ByteCount(text), hash);
  return hash.addText(salt).finishWith(text);
}
