import { MAX_JSON_DEPTH, STEPS_PER_HASHED_CHARACTER } from '../limits.ts';
import { type Budget, isSpent, spend } from '../rule/budget.ts';
import { smallestFloat } from './smallest-float.ts';
import { utf8ByteCount } from './utf8.ts';

/** Takes bytes one by one, and texts as their UTF-8 bytes. */
export interface ByteSink {
  addByte(byte: number): unknown;
  addText(text: string): unknown;
}

const UNSIGNED = 0;
const NEGATIVE = 1;
const TEXT = 3;
const ARRAY = 4;
const MAP = 5;
const FALSE = 0xf4;
const TRUE = 0xf5;
const NULL = 0xf6;
const WORD = 2 ** 32;

/** What encoding one member of an object or array costs, in steps; its key has to be sorted. */
const STEPS_PER_MEMBER = 200;

/**
 * Writes a JSON value in CBOR's core deterministic encoding (RFC 8949, section 4.2.1).
 *
 * Numbers without a fraction are integers as long as 64 bits hold them. Members that are undefined are left out, as
 * in JSON. False, with a part written, for what has no encoding here: NaN, infinities, values that are no JSON or
 * nest deeper than definitions may, and what the budget does not pay for.
 */
export function writeCbor(value: unknown, sink: ByteSink, budget: Budget, depth = 0): boolean {
  switch (typeof value) {
    case 'string':
      if (!spend(budget, value.length * STEPS_PER_HASHED_CHARACTER)) return false;
      writeText(value, sink);
      return true;
    case 'number':
      return writeNumber(value, sink);
    case 'boolean':
      sink.addByte(value ? TRUE : FALSE);
      return true;
    case 'object':
      return writeComposite(value, sink, budget, depth);
    default:
      return false;
  }
}

/** Writes the head of an array of so many elements. */
export function writeArrayHead(elementCount: number, sink: ByteSink): void {
  writeHead(ARRAY, elementCount, sink);
}

/** Writes the head of a text of so many UTF-8 bytes. */
export function writeTextHead(byteCount: number, sink: ByteSink): void {
  writeHead(TEXT, byteCount, sink);
}

/** Writes a text. */
export function writeText(text: string, sink: ByteSink): void {
  writeTextHead(utf8ByteCount(text), sink);
  sink.addText(text);
}

function writeNumber(value: number, sink: ByteSink): boolean {
  if (!Number.isFinite(value)) return false;
  if (Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 64) writeInteger(value, sink);
  else for (const byte of smallestFloat(value)) sink.addByte(byte);
  return true;
}

/** Integers beyond 2^53 are exact doubles too, so two words of 32 bits hold them without rounding. */
function writeInteger(value: number, sink: ByteSink): void {
  if (value >= 0) {
    writeHead(UNSIGNED, value, sink);
    return;
  }
  // The argument of a negative integer is -1 - value, which a double may not hold.
  const low = -value % WORD;
  const high = Math.floor(-value / WORD);
  if (low === 0) writeWords(NEGATIVE, high - 1, WORD - 1, sink);
  else writeWords(NEGATIVE, high, low - 1, sink);
}

function writeHead(majorType: number, argument: number, sink: ByteSink): void {
  writeWords(majorType, Math.floor(argument / WORD), argument % WORD, sink);
}

/** The head of a data item with the argument high × 2^32 + low, in as few bytes as can hold it. */
function writeWords(majorType: number, high: number, low: number, sink: ByteSink): void {
  const type = majorType << 5;
  if (high === 0 && low < 24) {
    sink.addByte(type | low);
    return;
  }
  const sizeCode = high > 0 ? 3 : low >= 0x10000 ? 2 : low >= 0x100 ? 1 : 0;
  sink.addByte(type | (24 + sizeCode));
  if (sizeCode === 3) writeBytes(high, 4, sink);
  writeBytes(low, Math.min(4, 2 ** sizeCode), sink);
}

function writeBytes(word: number, count: number, sink: ByteSink): void {
  for (let shift = 8 * (count - 1); shift >= 0; shift -= 8) sink.addByte((word >>> shift) & 0xff);
}

function writeComposite(value: object | null, sink: ByteSink, budget: Budget, depth: number): boolean {
  if (value === null) {
    sink.addByte(NULL);
    return true;
  }
  if (depth >= MAX_JSON_DEPTH) return false;
  return Array.isArray(value)
    ? writeArray(value, sink, budget, depth + 1)
    : writeMap(value as Readonly<Record<string, unknown>>, sink, budget, depth + 1);
}

function writeArray(elements: readonly unknown[], sink: ByteSink, budget: Budget, depth: number): boolean {
  if (!spend(budget, elements.length * STEPS_PER_MEMBER)) return false;
  writeArrayHead(elements.length, sink);
  for (let index = 0; index < elements.length; index++) {
    const element = Object.hasOwn(elements, index) ? elements[index] : undefined;
    if (!writeCbor(element === undefined ? null : element, sink, budget, depth)) return false;
  }
  return true;
}

function writeMap(members: Readonly<Record<string, unknown>>, sink: ByteSink, budget: Budget, depth: number): boolean {
  if (isSpent(budget)) return false;
  const names = Object.keys(members);
  if (
    !spend(
      budget,
      names.reduce((steps, name) => steps + STEPS_PER_MEMBER + name.length, 0),
    )
  )
    return false;
  const present = names.filter((name) => members[name] !== undefined);
  writeHead(MAP, present.length, sink);
  return sortedByEncoding(present).every((name) => {
    writeText(name, sink);
    return writeCbor(members[name], sink, budget, depth);
  });
}

/** A shorter text has a smaller head, so encodings are in the order of length, then of their UTF-8 bytes. */
function sortedByEncoding(names: readonly string[]): readonly string[] {
  const encoder = new TextEncoder();
  const encoded = names.map((name) => ({ name, bytes: encoder.encode(name) }));
  return encoded.sort((left, right) => compareBytes(left.bytes, right.bytes)).map(({ name }) => name);
}

function compareBytes(left: Uint8Array, right: Uint8Array): number {
  if (left.length !== right.length) return left.length - right.length;
  const different = left.findIndex((byte, index) => byte !== right[index]);
  return different === -1 ? 0 : left[different]! - right[different]!;
}
