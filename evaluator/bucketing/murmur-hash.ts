/** A hash on its way: blocks mixed so far, and the bytes that do not fill a block yet. */
interface Progress {
  readonly mixed: number;
  readonly block: number;
  readonly blockBits: number;
  readonly byteCount: number;
}

const START: Progress = { mixed: 0, block: 0, blockBits: 0, byteCount: 0 };

/**
 * Returns the hash of `prefix + text` for any text, as an unsigned integer: MurmurHash3 x86 32, seed 0, over the
 * UTF-8 bytes (Austin Appleby, aappleby/smhasher `src/MurmurHash3.cpp`); lone surrogates count as U+FFFD.
 *
 * The prefix is hashed once and texts are encoded on the fly, so that nothing is concatenated or copied per call.
 */
export function murmurHashAfter(prefix: string): (text: string) => number {
  const endsWithHalfPair = isHighSurrogate(prefix.charCodeAt(prefix.length - 1));
  if (endsWithHalfPair) return (text) => finish(absorb(START, prefix + text));
  const begun = absorb(START, prefix);
  return (text) => finish(absorb(begun, text));
}

function absorb(from: Progress, text: string): Progress {
  let { mixed, block, blockBits, byteCount } = from;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    let bytes = code;
    let count = 1;
    if (code >= 0x80) {
      const codePoint = wellFormedCodePointAt(text, index);
      if (codePoint > 0xffff) index++;
      bytes = utf8Of(codePoint);
      count = codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    }
    byteCount += count;
    for (; count > 0; count--) {
      block |= (bytes & 0xff) << blockBits;
      bytes >>>= 8;
      blockBits = (blockBits + 8) & 31;
      if (blockBits !== 0) continue;
      mixed = rotateLeft(mixed ^ scramble(block), 13);
      mixed = (Math.imul(mixed, 5) + 0xe6546b64) | 0;
      block = 0;
    }
  }
  return { mixed, block, blockBits, byteCount };
}

function finish({ mixed, block, byteCount }: Progress): number {
  let hash = mixed ^ scramble(block) ^ byteCount;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function scramble(block: number): number {
  return Math.imul(rotateLeft(Math.imul(block, 0xcc9e2d51), 15), 0x1b873593);
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** The UTF-8 bytes of a code point from U+0080 on, first byte lowest. */
function utf8Of(codePoint: number): number {
  const last = 0x80 | (codePoint & 0x3f);
  if (codePoint < 0x800) return 0xc0 | (codePoint >> 6) | (last << 8);
  const third = 0x80 | ((codePoint >> 6) & 0x3f);
  if (codePoint < 0x10000) return 0xe0 | (codePoint >> 12) | (third << 8) | (last << 16);
  const second = 0x80 | ((codePoint >> 12) & 0x3f);
  return 0xf0 | (codePoint >> 18) | (second << 8) | (third << 16) | (last << 24);
}

function wellFormedCodePointAt(text: string, index: number): number {
  const codePoint = text.codePointAt(index)!;
  return codePoint >= 0xd800 && codePoint <= 0xdfff ? 0xfffd : codePoint;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
