import type { JsonValue } from '../../domain/index.ts';
import { spend } from '../rule/budget.ts';
import { type Call, type Operator, operandAt, type Rule } from '../rule/operator.ts';
import { elementAt, textOf } from '../rule/values.ts';

// From about this many values on, a hash look-up beats comparing one by one.
const MIN_SET_SIZE = 8;
const STEPS_PER_ELEMENT = 8;
/** Search for a text is quick as a rule, but in the worst case compares all its characters at every place. */
const PAIRS_PER_STEP = 16;

/** `in`: whether the first operand is part of a string, or strictly equal to an element of an array; null beyond the budget. */
export const isIn: Operator = (operands, scope) => {
  const needle = operandAt(operands, 0, scope);
  const list = operands[1];
  if (list?.kind !== 'constant' || !Array.isArray(list.value)) return within(operandAt(operands, 1, scope), needle);
  return list.value.length < MIN_SET_SIZE ? amongFew(list.value, needle) : amongMany(new Set(list.value), needle);
};

function amongFew(values: readonly JsonValue[], needle: Rule): Rule {
  return (data, call) => values.includes(needle(data, call) as JsonValue);
}

function amongMany(values: ReadonlySet<unknown>, needle: Rule): Rule {
  return (data, call) => values.has(needle(data, call));
}

function within(haystack: Rule, needle: Rule): Rule {
  return (data, call) => contains(haystack(data, call), needle(data, call), call);
}

/** Tells members of a list that is known in advance, as `in` does. */
export function memberTest(list: readonly unknown[]): (value: unknown) => boolean {
  if (list.length < MIN_SET_SIZE) return (value) => list.includes(value);
  const members = new Set(list);
  return (value) => members.has(value);
}

function contains(haystack: unknown, needle: unknown, call: Call): boolean | null {
  if (Array.isArray(haystack)) return hasElement(haystack, needle, call);
  if (typeof haystack !== 'string' || haystack === '') return false;
  const text = textOf(needle, call);
  if (text === null) return false;
  return spend(call, Math.ceil((haystack.length * (1 + text.length)) / PAIRS_PER_STEP))
    ? haystack.includes(text)
    : null;
}

function hasElement(list: readonly unknown[], needle: unknown, call: Call): boolean | null {
  if (!spend(call, list.length * STEPS_PER_ELEMENT)) return null;
  for (let index = 0; index < list.length; index++) {
    if (elementAt(list, index) === needle) return true;
  }
  return false;
}
