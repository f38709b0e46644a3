import { type Call, type Operator, operandAt } from '../rule/operator.ts';
import { primitiveOf } from '../rule/values.ts';

type Comparison = (left: unknown, right: unknown, call: Call) => boolean;

// Two strings are compared by code units, anything else as numbers; null counts as 0 and NaN is never in order.
const less: Comparison = (left, right, call) => primitiveOf(left, call) < primitiveOf(right, call);
const lessOrEqual: Comparison = (left, right, call) => primitiveOf(left, call) <= primitiveOf(right, call);

/** `<`: whether two operands are in order, or the second of three lies between the others. */
export const isLess: Operator = between(less);

/** `<=`: as `<`, equals allowed. */
export const isLessOrEqual: Operator = between(lessOrEqual);

/** `>` of two operands. */
export const isGreater: Operator = ofTwo((left, right, call) => less(right, left, call));

/** `>=` of two operands. */
export const isGreaterOrEqual: Operator = ofTwo((left, right, call) => lessOrEqual(right, left, call));

function ofTwo(compare: Comparison): Operator {
  return (operands, scope) => {
    const left = operandAt(operands, 0, scope);
    const right = operandAt(operands, 1, scope);
    return (data, call) => compare(left(data, call), right(data, call), call);
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
