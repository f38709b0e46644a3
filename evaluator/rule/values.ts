import { MAX_TEXT_LENGTH } from '../limits.ts';

const MAX_TEXT_DEPTH = 16;

/** Truth as JsonLogic has it: false, null, 0, NaN, "" and [] are false, all else is true, {} and "0" included. */
export function isTruthy(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

/** True for objects and arrays, which no comparison finds equal to anything. */
export function isComposite(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** The value as text, as JavaScript casts it; null when it would be longer than MAX_TEXT_LENGTH or nests too deep. */
export function textOf(value: unknown, depth = 0): string | null {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return joinTexts(value, ',', depth + 1);
  return isComposite(value) ? '[object Object]' : String(value);
}

/** The texts of the values with glue between them, null and undefined as ""; null when that is longer than MAX_TEXT_LENGTH. */
export function joinTexts(values: readonly unknown[], glue: string, depth = 0): string | null {
  if (depth > MAX_TEXT_DEPTH) return null;
  let joined = '';
  for (let index = 0; index < values.length; index++) {
    const text = textOf(values[index] ?? '', depth);
    if (text === null) return null;
    joined += index === 0 ? text : glue + text;
    if (joined.length > MAX_TEXT_LENGTH) return null;
  }
  return joined;
}

/** The value as comparisons of order see it: objects and arrays as their text, all else as it is. */
export function primitiveOf(value: unknown): string | number {
  return (isComposite(value) ? (textOf(value) ?? Number.NaN) : value) as string | number;
}

/** The value as a number, as JavaScript casts it. */
export function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : Number(primitiveOf(value));
}

/** The own property of an object or element of an array; undefined for anything inherited. */
export function ownValue(data: unknown, key: string): unknown {
  if (!isComposite(data) || !Object.hasOwn(data, key)) return undefined;
  if (Array.isArray(data) && key === 'length') return undefined;
  return (data as Record<string, unknown>)[key];
}
