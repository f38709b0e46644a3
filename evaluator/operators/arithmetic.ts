import { always, type Call, compileAll, type Operator, operandAt } from '../rule/operator.ts';
import { numberOf, primitiveOf } from '../rule/values.ts';

/** `+`: the sum; one operand is cast to a number. */
export const add: Operator = (operands, scope) => {
  const terms = compileAll(operands, scope);
  return (data, call) => {
    let sum = 0;
    for (const term of terms) sum += parsedNumber(term(data, call), call);
    return sum;
  };
};

/** `*`: the product; one operand is returned as it is, none gives null. */
export const multiply: Operator = (operands, scope) => {
  const [head, ...tail] = compileAll(operands, scope);
  if (head === undefined) return always(null);
  if (tail.length === 0) return head;
  return (data, call) => {
    let product = parsedNumber(head(data, call), call);
    for (const factor of tail) product *= parsedNumber(factor(data, call), call);
    return product;
  };
};

/** `-`: the difference of two operands, the negative of one. */
export const subtract: Operator = (operands, scope) => {
  if (operands.length > 1) return ofTwo((left, right) => left - right)(operands, scope);
  const operand = operandAt(operands, 0, scope);
  return (data, call) => -numberOf(operand(data, call), call);
};

/** `/` of two operands. */
export const divide: Operator = ofTwo((left, right) => left / right);

/** `%` of two operands, with the sign of the first. */
export const remainder: Operator = ofTwo((left, right) => left % right);

/** `max`: the largest operand; null when there is none. */
export const maximum: Operator = extreme(Math.max);

/** `min`: the smallest operand; null when there is none. */
export const minimum: Operator = extreme(Math.min);

function ofTwo(compute: (left: number, right: number) => number): Operator {
  return (operands, scope) => {
    const left = operandAt(operands, 0, scope);
    const right = operandAt(operands, 1, scope);
    return (data, call) => compute(numberOf(left(data, call), call), numberOf(right(data, call), call));
  };
}

function extreme(better: (left: number, right: number) => number): Operator {
  return (operands, scope) => {
    const [head, ...tail] = compileAll(operands, scope);
    if (head === undefined) return always(null);
    return (data, call) => {
      let best = numberOf(head(data, call), call);
      for (const rule of tail) best = better(best, numberOf(rule(data, call), call));
      return best;
    };
  };
}

// Sums and products read the number that a text begins with ("12px" is 12), all other operators the whole text.
function parsedNumber(value: unknown, call: Call): number {
  return typeof value === 'number' ? value : Number.parseFloat(String(primitiveOf(value, call)));
}
