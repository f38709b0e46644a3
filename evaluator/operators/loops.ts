import { spend } from '../rule/budget.ts';
import { type Call, type Operator, operandAt, type Rule, type RuleTree, type Scope } from '../rule/operator.ts';
import { elementAt, isTruthy } from '../rule/values.ts';

/** `map`: the body's value for every element; [] when the operand is not a list. */
export const map: Operator = loop((elements, body, call) => {
  const results: unknown[] = [];
  for (let index = 0; index < elements.length; index++) results.push(body(elementAt(elements, index), call) ?? null);
  return results;
}, []);

/** `filter`: the elements for which the body is true; [] when the operand is not a list. */
export const filter: Operator = loop((elements, body, call) => {
  const kept: unknown[] = [];
  for (let index = 0; index < elements.length; index++) {
    const element = elementAt(elements, index);
    if (isTruthy(body(element, call))) kept.push(element);
  }
  return kept;
}, []);

/** `all`: whether the body is true for every element; false for an empty list and for anything else. */
export const all: Operator = loop(
  (elements, body, call) => elements.length > 0 && !hasElementWhere(elements, body, false, call),
  false,
);

/** `some`: whether the body is true for an element; false when the operand is not a list. */
export const some: Operator = loop((elements, body, call) => hasElementWhere(elements, body, true, call), false);

/** `none`: whether the body is true for no element; true when the operand is not a list. */
export const none: Operator = loop((elements, body, call) => !hasElementWhere(elements, body, true, call), true);

/** `reduce`: the body's value for the last element, each being given as `current` with the value before as `accumulator`. */
export const reduce: Operator = (operands, scope) => {
  const { list, body, stepsPerVisit } = partsOf(operands, scope);
  const initial = operandAt(operands, 2, scope);
  return (data, call) => {
    const elements = list(data, call);
    let accumulator = initial(data, call) ?? null;
    if (!Array.isArray(elements)) return accumulator;
    if (!spend(call, elements.length * stepsPerVisit)) return null;
    for (let index = 0; index < elements.length; index++) {
      accumulator = body({ current: elementAt(elements, index), accumulator }, call) ?? null;
    }
    return accumulator;
  };
};

type Visit = (elements: readonly unknown[], body: Rule, call: Call) => unknown;

function loop(visit: Visit, otherwise: unknown): Operator {
  return (operands, scope) => {
    const { list, body, stepsPerVisit } = partsOf(operands, scope);
    return (data, call) => {
      const elements = list(data, call);
      if (!Array.isArray(elements)) return otherwise;
      return spend(call, elements.length * stepsPerVisit) ? visit(elements, body, call) : null;
    };
  };
}

// Methods of lists are looked up in their prototypes, which a context may have replaced; so loops are written out.
function hasElementWhere(elements: readonly unknown[], body: Rule, truth: boolean, call: Call): boolean {
  for (let index = 0; index < elements.length; index++) {
    if (isTruthy(body(elementAt(elements, index), call)) === truth) return true;
  }
  return false;
}

interface LoopParts {
  readonly list: Rule;
  readonly body: Rule;
  readonly stepsPerVisit: number;
}

// Loops inside loops multiply; paying for every node visited keeps each evaluation short.
function partsOf(operands: readonly RuleTree[], scope: Scope): LoopParts {
  const [, body] = operands;
  const stepsPerVisit = STEPS_PER_NODE * (1 + (body ? nodeCountOf(body) : 0));
  return { list: operandAt(operands, 0, scope), body: operandAt(operands, 1, scope.body()), stepsPerVisit };
}

const STEPS_PER_NODE = 4;

function nodeCountOf(tree: RuleTree): number {
  if (tree.kind === 'constant') return 1;
  const children = tree.kind === 'list' ? tree.items : tree.operands;
  return children.reduce((count, child) => count + nodeCountOf(child), 1);
}
