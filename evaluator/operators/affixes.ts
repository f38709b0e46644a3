import { always, type Operator, operandAt } from '../rule/operator.ts';

/** `starts_with`: whether a string begins with another; null unless given exactly two strings. */
export const startsWith: Operator = ofTwoStrings((text, prefix) => text.startsWith(prefix));

/** `ends_with`: whether a string ends with another; null unless given exactly two strings. */
export const endsWith: Operator = ofTwoStrings((text, suffix) => text.endsWith(suffix));

function ofTwoStrings(test: (text: string, affix: string) => boolean): Operator {
  return (operands, scope) => {
    if (operands.length !== 2) return always(null);
    const text = operandAt(operands, 0, scope);
    const affix = operandAt(operands, 1, scope);
    return (data, call) => {
      const left = text(data, call);
      const right = affix(data, call);
      return typeof left === 'string' && typeof right === 'string' ? test(left, right) : null;
    };
  };
}
