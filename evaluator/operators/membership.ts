import { type Operator, operandAt } from '../rule/operator.ts';
import { textOf } from '../rule/values.ts';

// From about this many values on, a hash look-up beats comparing one by one.
const MIN_SET_SIZE = 8;

/** `in`: whether the first operand is part of a string, or strictly equal to an element of an array. */
export const isIn: Operator = (operands, scope) => {
  const needle = operandAt(operands, 0, scope);
  const list = operands[1];
  if (list?.kind === 'constant' && Array.isArray(list.value)) {
    const isMember = memberTest(list.value);
    return (data, call) => isMember(needle(data, call));
  }
  const haystack = operandAt(operands, 1, scope);
  return (data, call) => contains(haystack(data, call), needle(data, call));
};

/** Tells members of a list that is known in advance, as `in` does. */
export function memberTest(list: readonly unknown[]): (value: unknown) => boolean {
  if (list.length < MIN_SET_SIZE) return (value) => list.indexOf(value) !== -1;
  const members = new Set(list);
  return (value) => members.has(value);
}

function contains(haystack: unknown, needle: unknown): boolean {
  if (Array.isArray(haystack)) return haystack.indexOf(needle) !== -1;
  if (typeof haystack !== 'string' || haystack === '') return false;
  const text = textOf(needle);
  return text !== null && haystack.includes(text);
}
