import type { JsonValue } from '../../domain/index.ts';
import { allOf, anyOf, asText, ELEMENT, isGiven, isOneOf, not, someElement } from '../rule/logic.ts';
import { patternTest } from '../rule/pattern.ts';
import { compareVersion, isFullVersion, VERSION_NOTE, type VersionComparison } from '../rule/version.ts';
import type { SourceNode } from '../source-node.ts';
import { type ConditionScope, isOperators } from './condition-scope.ts';
import { valuesOfGroup } from './saved-group.ts';

const ORDER: Readonly<Record<string, string>> = { $lt: '<', $lte: '<=', $gt: '>', $gte: '>=' };
const VERSION_ORDER: Readonly<Record<string, VersionComparison>> = {
  $veq: '=',
  $vne: '!=',
  $vlt: '<',
  $vlte: '<=',
  $vgt: '>',
  $vgte: '>=',
};

/** One operator of GrowthBook's conditions, applied to a value. */
export function translateOperator(
  name: string,
  operand: SourceNode,
  value: JsonValue,
  scope: ConditionScope,
): JsonValue {
  const { notes } = scope;
  if (Object.hasOwn(ORDER, name) || name === '$eq' || name === '$ne')
    return translateComparison(name, operand, value, scope);
  if (Object.hasOwn(VERSION_ORDER, name)) return translateVersion(VERSION_ORDER[name]!, operand, value, scope);
  switch (name) {
    case '$exists':
      return operand.value ? isGiven(value) : not(isGiven(value));
    case '$in':
      return isIn(operand, value, scope);
    case '$nin':
      return not(isIn(operand, value, scope));
    case '$inGroup':
      return isInGroup(operand, value, scope);
    case '$notInGroup':
      return not(isInGroup(operand, value, scope));
    case '$not':
      return not(scope.test(operand, value, scope));
    case '$all':
      return containsAll(operand, value, scope);
    case '$elemMatch':
      return { some: [value, allOf([isGiven(ELEMENT), elementTest(operand, scope)])] };
    case '$regex':
      return matches(operand, value, scope);
    default:
      return notes.refuse(operand, `The operator "${name}" has no equal in flagd.`);
  }
}

function translateComparison(
  name: string,
  operand: SourceNode,
  value: JsonValue,
  { notes }: ConditionScope,
): JsonValue {
  const expected = operand.value ?? null;
  if (typeof expected === 'object' && expected !== null) {
    return notes.refuse(operand, 'Comparison with a list or an object cannot be said in JsonLogic.');
  }
  if (name === '$eq') return { '===': [value, expected] };
  return name === '$ne' ? { '!==': [value, expected] } : { [ORDER[name]!]: [value, expected] };
}

// GrowthBook takes an absent version for 0.
function translateVersion(
  comparison: VersionComparison,
  operand: SourceNode,
  value: JsonValue,
  { notes }: ConditionScope,
): JsonValue {
  const version = operand.requiredText();
  if (!isFullVersion(version))
    return notes.refuse(operand, `"${version}" is not a version with three parts, as sem_ver needs it.`);
  notes.change(operand, VERSION_NOTE.message, VERSION_NOTE.instead);
  return compareVersion({ or: [value, '0'] }, comparison, version);
}

function isIn(operand: SourceNode, value: JsonValue, { notes }: ConditionScope): JsonValue {
  const list = operand.items().map((item) => item.value ?? null);
  if (list.some((item) => typeof item === 'object' && item !== null)) {
    return notes.refuse(operand, 'A list of lists or objects cannot be searched in JsonLogic.');
  }
  return someElement(value, (element) => isOneOf(element, list));
}

function isInGroup(operand: SourceNode, value: JsonValue, scope: ConditionScope): JsonValue {
  const values = valuesOfGroup(operand, scope);
  return values === undefined ? false : someElement(value, (element) => isOneOf(element, values));
}

function containsAll(operand: SourceNode, value: JsonValue, scope: ConditionScope): JsonValue {
  const wanted = operand.items();
  if (wanted.length === 0)
    return scope.notes.refuse(operand, 'Whether an attribute is a list cannot be asked in JsonLogic.');
  return allOf(wanted.map((test) => ({ some: [value, scope.test(test, ELEMENT, { ...scope, isElement: true })] })));
}

function elementTest(operand: SourceNode, scope: ConditionScope): JsonValue {
  const inside = { ...scope, isElement: true };
  return isOperators(operand) ? scope.test(operand, ELEMENT, inside) : scope.condition(operand, inside);
}

// GrowthBook casts the value to a string, an absent one to "null".
function matches(operand: SourceNode, value: JsonValue, { notes }: ConditionScope): JsonValue {
  const pattern = operand.requiredText();
  const test = patternTest(pattern, asText(value));
  if (test === undefined) {
    return notes.refuse(
      operand,
      `The pattern ${JSON.stringify(pattern)} is more than literal text with ^ and $; flagd has no regular expressions.`,
    );
  }
  return new RegExp(pattern).test('null') ? anyOf([test, not(isGiven(value))]) : test;
}
