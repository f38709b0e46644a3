import { type Operator, operandAt } from '../rule/operator.ts';
import { primitiveOf } from '../rule/values.ts';

type Comparison = (left: unknown, right: unknown) => boolean;

// Two strings are compared by code units, anything else as numbers; null counts as 0 and NaN is never in order.
const less: Comparison = (left, right) => primitiveOf(left) < primitiveOf(right);
const lessOrEqual: Comparison = (left, right) => primitiveOf(left) <= primitiveOf(right);

/** `<`: whether two operands are in order, or the second of three lies between the others. */
export const isLess: Operator = between(less);

/** `<=`: as `<`, equals allowed. */
export const isLessOrEqual: Operator = between(lessOrEqual);

/** `>` of two operands. */
export const isGreater: Operator = ofTwo((left, right) => less(right, left));

/** `>=` of two operands. */
export const isGreaterOrEqual: Operator = ofTwo((left, right) => lessOrEqual(right, left));

function ofTwo(compare: Comparison): Operator {
  return (operands, scope) => {
    const left = operandAt(operands, 0, scope);
    const right = operandAt(operands, 1, scope);
    return (data, call) => compare(left(data, call), right(data, call));
  };
}

function between(compare: Comparison): Operator {
  const pair = ofTwo(compare);
  return (operands, scope) => {
    const lower = pair(operands, scope);
    if (operands.length < 3) return lower;
    const upper = pair(operands.slice(1), scope);
    return (data, call) => lower(data, call) === true && upper(data, call) === true;
  };
}
