import type { JsonValue } from '../../domain/index.ts';
import type { FlagNotes } from '../flag-notes.ts';
import { unreachable } from '../rule/attribute.ts';
import { allOf, anyOf, asText, isGiven, not } from '../rule/logic.ts';
import type { SourceNode } from '../source-node.ts';
import { type ConditionScope, isOperators, lookUp } from './condition-scope.ts';
import { translateOperator } from './operator.ts';
import { translateSavedGroup } from './saved-group.ts';

/** A condition in GrowthBook's MongoDB-like language: all of its entries have to hold. */
export function translateCondition(condition: SourceNode, savedGroups: SourceNode, notes: FlagNotes): JsonValue {
  return allEntries(condition, {
    savedGroups,
    notes,
    isElement: false,
    groups: [],
    condition: allEntries,
    test: translateTest,
  });
}

function allEntries(condition: SourceNode, scope: ConditionScope): JsonValue {
  return allOf(condition.entries().map(([name, operand]) => translateEntry(name, operand, scope)));
}

function translateEntry(name: string, operand: SourceNode, scope: ConditionScope): JsonValue {
  const parts = () => operand.items().map((part) => allEntries(part, scope));
  switch (name) {
    case '$and':
      return allOf(parts());
    case '$or':
      return operand.items().length === 0 ? true : anyOf(parts());
    case '$nor':
      return operand.items().length === 0 ? false : not(anyOf(parts()));
    case '$not':
      return not(allEntries(operand, scope));
    case '$savedGroup':
      return translateSavedGroup(operand, scope);
    default: {
      const value = lookUp(name, scope);
      return value === undefined
        ? scope.notes.refuse(operand, unreachable(name))
        : translateTest(operand, value, scope);
    }
  }
}

/** What is asked of a value: equality with a plain value, or all operators of an object. */
function translateTest(test: SourceNode, value: JsonValue, scope: ConditionScope): JsonValue {
  const expected = test.value;
  switch (typeof expected) {
    case 'string':
      return equalsText(value, expected);
    case 'number':
      return equalsNumber(value, expected);
    case 'boolean':
      return expected ? { '!!': [value] } : allOf([isGiven(value), not(value)]);
    default:
      return expected === null || expected === undefined ? not(isGiven(value)) : translateOperators(test, value, scope);
  }
}

function translateOperators(test: SourceNode, value: JsonValue, scope: ConditionScope): JsonValue {
  if (!isOperators(test))
    return scope.notes.refuse(test, 'Equality with a list or an object cannot be said in JsonLogic.');
  return allOf(test.entries().map(([name, operand]) => translateOperator(name, operand, value, scope)));
}

// GrowthBook casts the value to a string, an absent one to "null"; `cat` casts that to "".
function equalsText(value: JsonValue, expected: string): JsonValue {
  const isSame = { '===': [asText(value), expected] };
  if (expected === '') return allOf([isGiven(value), isSame]);
  return expected === 'null' ? anyOf([not(isGiven(value)), isSame]) : isSame;
}

// GrowthBook casts the value to a number: "5", [5] and 5 are five, absent is zero, true is one.
function equalsNumber(value: JsonValue, expected: number): JsonValue {
  const isSame = { '==': [asText(value), expected] };
  return expected === 0 || expected === 1 ? anyOf([isSame, { '==': [value, expected] }]) : isSame;
}
