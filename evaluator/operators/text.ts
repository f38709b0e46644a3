import { type Call, compileAll, type Operator, operandAt } from '../rule/operator.ts';
import { joinTexts, numberOf, textOf } from '../rule/values.ts';

/** `cat`: the texts of the operands in a row; null when that is longer than MAX_TEXT_LENGTH. */
export const concatenate: Operator = (operands, scope) => {
  const parts = compileAll(operands, scope);
  return (data, call) =>
    joinTexts(
      parts.map((part) => part(data, call)),
      '',
      call,
    );
};

/** `substr`: the part of a text from a start (negative: from the end) over a length (negative: leaving out as many). */
export const substring: Operator = (operands, scope) => {
  const source = operandAt(operands, 0, scope);
  const start = operandAt(operands, 1, scope);
  const length = operandAt(operands, 2, scope);
  return (data, call) => {
    const text = textOf(source(data, call), call);
    if (text === null) return null;
    const rest = text.slice(integerOf(start(data, call), call));
    const count = length(data, call);
    return count === undefined ? rest : rest.slice(0, integerOf(count, call));
  };
};

function integerOf(value: unknown, call: Call): number {
  return Math.trunc(numberOf(value, call)) || 0;
}
