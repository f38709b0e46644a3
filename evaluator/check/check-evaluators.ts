import type { Violation } from '../../domain/index.ts';
import { MAX_EVALUATORS } from '../limits.ts';
import { pointerTo } from '../rule/json-pointer.ts';
import { parseRule } from '../rule/parse-rule.ts';
import { checkJson } from './check-json.ts';
import { checkName } from './check-name.ts';
import { isObject } from './check-structure.ts';

/** What is wrong with a condition, such as the audience of a rollout; it may refer to the shared rules. */
export function checkTargeting(rule: unknown, evaluators?: unknown): readonly Violation[] {
  const jsonViolations = checkJson(rule);
  return jsonViolations.length > 0 ? jsonViolations : parseRule(rule, evaluators).violations;
}

/** What is wrong with the shared rules of an environment: `$evaluators`, an object of names and rules. */
export function checkEvaluators(evaluators: unknown): readonly Violation[] {
  if (!isObject(evaluators)) return [{ path: '', message: 'Shared rules are an object of names and JsonLogic rules.' }];
  const names = Object.keys(evaluators);
  if (names.length > MAX_EVALUATORS) {
    return [{ path: '', message: `There are ${names.length} shared rules; the limit is ${MAX_EVALUATORS}.` }];
  }
  return Object.entries(evaluators).flatMap(([name, rule]) => checkEvaluator(name, rule, evaluators));
}

function checkEvaluator(name: string, rule: unknown, evaluators: object): readonly Violation[] {
  const path = pointerTo('', name);
  const keyViolations = checkJson({ [name]: null });
  const ruleViolations = checkTargeting(rule, evaluators);
  return [
    ...keyViolations,
    ...checkName(name, path),
    ...ruleViolations.map((violation) => ({ path: path + violation.path, message: violation.message })),
  ];
}
