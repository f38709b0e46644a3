import { always, compileAll, type Operator, operandAt, type Rule } from '../rule/operator.ts';
import { isTruthy } from '../rule/values.ts';

/** `if` and `?:`: pairs of condition and result, then perhaps a result for all else. */
export const choose: Operator = (operands, scope) => {
  const rules = compileAll(operands, scope);
  const [condition, consequence, alternative] = rules;
  return rules.length === 3 && condition && consequence && alternative
    ? ifElse(condition, consequence, alternative)
    : firstMatch(rules);
};

function ifElse(condition: Rule, consequence: Rule, alternative: Rule): Rule {
  return (data, call) => (isTruthy(condition(data, call)) ? consequence(data, call) : alternative(data, call));
}

function firstMatch(rules: readonly Rule[]): Rule {
  return (data, call) => {
    const conditions = rules.length - 1;
    for (let index = 0; index < conditions; index += 2) {
      if (isTruthy(rules[index]!(data, call))) return rules[index + 1]!(data, call);
    }
    return rules.length % 2 === 1 ? rules[conditions]!(data, call) : null;
  };
}

/** `and`: the first operand that is false, else the last; null without operands. */
export const and: Operator = (operands, scope) => firstWhere(compileAll(operands, scope), false);

/** `or`: the first operand that is true, else the last; null without operands. */
export const or: Operator = (operands, scope) => firstWhere(compileAll(operands, scope), true);

/** `!`: whether the operand is false. */
export const not: Operator = (operands, scope) => {
  const operand = operandAt(operands, 0, scope);
  return (data, call) => !isTruthy(operand(data, call));
};

/** `!!`: whether the operand is true. */
export const toBoolean: Operator = (operands, scope) => {
  const operand = operandAt(operands, 0, scope);
  return (data, call) => isTruthy(operand(data, call));
};

/** `log`: the first operand as it is. Nothing is logged: evaluation has no effects. */
export const first: Operator = (operands, scope) => {
  const operand = operandAt(operands, 0, scope);
  return (data, call) => operand(data, call) ?? null;
};

// Joined in halves: faster than a loop for the usual two or three operands, and never deep.
function firstWhere(rules: readonly Rule[], truth: boolean): Rule {
  if (rules.length < 2) return rules[0] ?? always(null);
  const middle = Math.floor(rules.length / 2);
  const head = firstWhere(rules.slice(0, middle), truth);
  const tail = firstWhere(rules.slice(middle), truth);
  return (data, call) => {
    const value = head(data, call);
    return isTruthy(value) === truth ? value : tail(data, call);
  };
}
