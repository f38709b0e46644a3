import { MAX_TEXT_LENGTH } from '../limits.ts';
import { type Budget, spend } from './budget.ts';

const MAX_TEXT_DEPTH = 16;
const MAX_FREE_LENGTH = 256;
const STEPS_PER_JOINED_TEXT = 12;

/** Truth as JsonLogic has it: false, null, 0, NaN, "" and [] are false, all else is true, {} and "0" included. */
export function isTruthy(value: unknown): boolean {
  // Conditions are booleans as a rule, and then nothing else has to be asked.
  if (typeof value === 'boolean') return value;
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

/** True for objects and arrays, which no comparison finds equal to anything. */
export function isComposite(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** The value as text, as JavaScript casts it; null when it would be longer than MAX_TEXT_LENGTH or nests too deep. */
export function textOf(value: unknown, budget: Budget, depth = 0): string | null {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return joinTexts(value, ',', budget, depth + 1);
  return isComposite(value) ? '[object Object]' : String(value);
}

/** The texts of the values with glue between them, null and undefined as ""; null when that is longer than MAX_TEXT_LENGTH. */
export function joinTexts(values: readonly unknown[], glue: string, budget: Budget, depth = 0): string | null {
  if (depth > MAX_TEXT_DEPTH) return null;
  let joined = '';
  for (let index = 0; index < values.length; index++) {
    const text = textOf(elementAt(values, index) ?? '', budget, depth);
    if (text === null || !spend(budget, STEPS_PER_JOINED_TEXT)) return null;
    joined += index === 0 ? text : glue + text;
    if (joined.length > MAX_TEXT_LENGTH) return null;
  }
  return joined;
}

/** The value as comparisons see it: objects and arrays as their text, all else as it is; NaN beyond the budget. */
export function primitiveOf(value: unknown, budget: Budget): string | number {
  if (typeof value === 'string' && value.length > MAX_FREE_LENGTH) {
    return spend(budget, value.length) ? value : Number.NaN;
  }
  return (isComposite(value) ? (textOf(value, budget) ?? Number.NaN) : value) as string | number;
}

/** The value as a number, as JavaScript casts it. */
export function numberOf(value: unknown, budget: Budget): number {
  return typeof value === 'number' ? value : Number(primitiveOf(value, budget));
}

/** The own element of an array; undefined for a hole, whatever its prototype has there. */
export function elementAt(values: readonly unknown[], index: number): unknown {
  return Object.hasOwn(values, index) ? values[index] : undefined;
}

/** The own property of an object or element of an array; undefined for anything inherited. */
export function ownValue(data: unknown, key: string): unknown {
  if (typeof data !== 'object' || data === null || !Object.hasOwn(data, key)) return undefined;
  return key === 'length' && Array.isArray(data) ? undefined : (data as Record<string, unknown>)[key];
}
