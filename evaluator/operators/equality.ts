import { type Operator, operandAt } from '../rule/operator.ts';
import { isComposite } from '../rule/values.ts';

/** `==`: JavaScript's loose equality of primitives. */
export const equals: Operator = comparing(looselyEqual, true);

/** `!=`: the opposite of `==`. */
export const differs: Operator = comparing(looselyEqual, false);

/** `===`: equality of primitives of one type. */
export const strictlyEquals: Operator = comparing(strictlyEqual, true);

/** `!==`: the opposite of `===`. */
export const strictlyDiffers: Operator = comparing(strictlyEqual, false);

function comparing(areEqual: (left: unknown, right: unknown) => boolean, expected: boolean): Operator {
  return (operands, scope) => {
    const left = operandAt(operands, 0, scope);
    const right = operandAt(operands, 1, scope);
    return (data, call) => areEqual(left(data, call), right(data, call)) === expected;
  };
}

function looselyEqual(left: unknown, right: unknown): boolean {
  // biome-ignore lint/suspicious/noDoubleEquals: JsonLogic's `==` is this operator, for primitives.
  return !isComposite(left) && !isComposite(right) && left == right;
}

function strictlyEqual(left: unknown, right: unknown): boolean {
  return !isComposite(left) && left === right;
}
