import { type Call, type Operator, operandAt, type Rule, type RuleTree, type Scope } from '../rule/operator.ts';
import { isTruthy } from '../rule/values.ts';

/** `map`: the body's value for every element; [] when the operand is not a list. */
export const map: Operator = loop((list, body, call) => list.map((element) => body(element, call) ?? null), []);

/** `filter`: the elements for which the body is true; [] when the operand is not a list. */
export const filter: Operator = loop((list, body, call) => list.filter((element) => isTruthy(body(element, call))), []);

/** `all`: whether the body is true for every element; false for an empty list and for anything else. */
export const all: Operator = loop(
  (list, body, call) => list.length > 0 && list.every((element) => isTruthy(body(element, call))),
  false,
);

/** `some`: whether the body is true for an element; false when the operand is not a list. */
export const some: Operator = loop((list, body, call) => list.some((element) => isTruthy(body(element, call))), false);

/** `none`: whether the body is true for no element; true when the operand is not a list. */
export const none: Operator = loop((list, body, call) => !list.some((element) => isTruthy(body(element, call))), true);

/** `reduce`: the body's value for the last element, each being given as `current` with the value before as `accumulator`. */
export const reduce: Operator = (operands, scope) => {
  const { list, body } = partsOf(operands, scope);
  const initial = operandAt(operands, 2, scope);
  return (data, call) => {
    const elements = list(data, call);
    const start = initial(data, call) ?? null;
    if (!Array.isArray(elements)) return start;
    if (!mayVisit(elements, call)) return null;
    return elements.reduce((accumulator, current) => body({ current, accumulator }, call) ?? null, start);
  };
};

type Visit = (list: readonly unknown[], body: Rule, call: Call) => unknown;

function loop(visit: Visit, otherwise: unknown): Operator {
  return (operands, scope) => {
    const { list, body } = partsOf(operands, scope);
    return (data, call) => {
      const elements = list(data, call);
      if (!Array.isArray(elements)) return otherwise;
      return mayVisit(elements, call) ? visit(elements, body, call) : null;
    };
  };
}

function partsOf(operands: readonly RuleTree[], scope: Scope): { readonly list: Rule; readonly body: Rule } {
  return { list: operandAt(operands, 0, scope), body: operandAt(operands, 1, scope.body()) };
}

// Loops inside loops multiply; this keeps every evaluation short, whatever rule and context come together.
function mayVisit(list: readonly unknown[], call: Call): boolean {
  call.iterationsLeft -= list.length;
  return call.iterationsLeft >= 0;
}
