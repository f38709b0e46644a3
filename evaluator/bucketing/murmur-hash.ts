import { utf8Length, utf8Of, wellFormedCodePointAt } from './utf8.ts';

/**
 * MurmurHash3 x86 32, seed 0, fed piece by piece (Austin Appleby, aappleby/smhasher `src/MurmurHash3.cpp`).
 *
 * It can start from the state of another one, so that what all values begin with is hashed only once, and it encodes
 * texts on its way, so that nothing is concatenated or copied.
 */
export class MurmurHash {
  #mixed = 0;
  /** Bytes that do not fill a block yet, the first one lowest. */
  #block = 0;
  #blockBits = 0;
  #byteCount = 0;

  /** Goes on from where the other one stands. */
  startFrom(other: MurmurHash): this {
    this.#mixed = other.#mixed;
    this.#block = other.#block;
    this.#blockBits = other.#blockBits;
    this.#byteCount = other.#byteCount;
    return this;
  }

  addByte(byte: number): this {
    this.#addBytes(byte, 1);
    return this;
  }

  /** The UTF-8 bytes of the text; a lone surrogate counts as U+FFFD. */
  addText(text: string): this {
    for (let index = 0; index < text.length; index++) {
      const codePoint = wellFormedCodePointAt(text, index);
      if (codePoint > 0xffff) index++;
      this.#addBytes(utf8Of(codePoint), utf8Length(codePoint));
    }
    return this;
  }

  /** The hash of everything that was added, as an unsigned integer. */
  finish(): number {
    return finalHash(this.#mixed, this.#block, this.#byteCount);
  }

  /** The hash of everything that was added and the text after it; the text is not added. */
  finishWith(text: string): number {
    let mixed = this.#mixed;
    let block = this.#block;
    let blockBits = this.#blockBits;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code >= 0x80) return new MurmurHash().startFrom(this).addText(text).finish();
      block |= code << blockBits;
      blockBits = (blockBits + 8) & 31;
      if (blockBits !== 0) continue;
      mixed = mix(mixed, block);
      block = 0;
    }
    return finalHash(mixed, block, this.#byteCount + text.length);
  }

  #addBytes(bytes: number, count: number): void {
    this.#byteCount += count;
    for (let rest = bytes, left = count; left > 0; rest >>>= 8, left--) {
      this.#block |= (rest & 0xff) << this.#blockBits;
      this.#blockBits = (this.#blockBits + 8) & 31;
      if (this.#blockBits !== 0) continue;
      this.#mixed = mix(this.#mixed, this.#block);
      this.#block = 0;
    }
  }
}

function finalHash(mixed: number, block: number, byteCount: number): number {
  let hash = mixed ^ scramble(block) ^ byteCount;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function mix(mixed: number, block: number): number {
  return (Math.imul(rotateLeft(mixed ^ scramble(block), 13), 5) + 0xe6546b64) | 0;
}

function scramble(block: number): number {
  return Math.imul(rotateLeft(Math.imul(block, 0xcc9e2d51), 15), 0x1b873593);
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
