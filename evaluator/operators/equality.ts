import { type Call, type Operator, operandAt } from '../rule/operator.ts';
import { isComposite, primitiveOf } from '../rule/values.ts';

/** `==`: JavaScript's loose equality of primitives. */
export const equals: Operator = comparing(looselyEqual, true);

/** `!=`: the opposite of `==`. */
export const differs: Operator = comparing(looselyEqual, false);

/** `===`: equality of primitives of one type. */
export const strictlyEquals: Operator = comparing(strictlyEqual, true);

/** `!==`: the opposite of `===`. */
export const strictlyDiffers: Operator = comparing(strictlyEqual, false);

type Comparison = (left: unknown, right: unknown, call: Call) => boolean;

function comparing(areEqual: Comparison, expected: boolean): Operator {
  return (operands, scope) => {
    const left = operandAt(operands, 0, scope);
    const right = operandAt(operands, 1, scope);
    return (data, call) => areEqual(left(data, call), right(data, call), call) === expected;
  };
}

function looselyEqual(left: unknown, right: unknown, call: Call): boolean {
  if (typeof left === typeof right) return strictlyEqual(left, right);
  if (isComposite(left) || isComposite(right)) return false;
  // biome-ignore lint/suspicious/noDoubleEquals: JsonLogic's `==` is this operator, for primitives.
  return primitiveOf(left, call) == primitiveOf(right, call);
}

function strictlyEqual(left: unknown, right: unknown): boolean {
  return !isComposite(left) && left === right;
}
