import type { JsonValue } from '../../domain/index.ts';
import type { FlagNotes } from '../flag-notes.ts';
import { dateMsOf } from '../rule/date.ts';
import { allOf, anyOf, isGiven, isOneOf, not } from '../rule/logic.ts';
import { patternTest } from '../rule/pattern.ts';
import { compareVersion, isFullVersion, VERSION_NOTE, type VersionComparison } from '../rule/version.ts';
import type { SourceNode } from '../source-node.ts';
import { fieldAt, textOf } from './context.ts';

const NUMBER_ORDER: Readonly<Record<string, string>> = {
  NUM_EQ: '==',
  NUM_GT: '>',
  NUM_GTE: '>=',
  NUM_LT: '<',
  NUM_LTE: '<=',
};
const VERSION_ORDER: Readonly<Record<string, VersionComparison>> = {
  SEMVER_EQ: '=',
  SEMVER_GT: '>',
  SEMVER_GTE: '>=',
  SEMVER_LT: '<',
  SEMVER_LTE: '<=',
};

/** A constraint on a field of the context. */
export function translateConstraint(constraint: SourceNode, notes: FlagNotes): JsonValue {
  const holds = translateOperator(constraint, notes);
  return constraint.at('inverted').boolean() === true ? not(holds) : holds;
}

function translateOperator(constraint: SourceNode, notes: FlagNotes): JsonValue {
  const operator = constraint.at('operator').requiredText();
  if (operator === 'DATE_AFTER' || operator === 'DATE_BEFORE') return isTime(operator, constraint.at('value'), notes);
  const field = fieldAt(constraint.at('contextName').requiredText(), constraint, notes);
  if (field === undefined) return false;
  if (Object.hasOwn(NUMBER_ORDER, operator))
    return comparesWith(NUMBER_ORDER[operator]!, constraint.at('value'), field);
  if (Object.hasOwn(VERSION_ORDER, operator))
    return isVersion(VERSION_ORDER[operator]!, constraint.at('value'), field, notes);
  const text = textOf(field);
  switch (operator) {
    case 'IN':
      return isOneOf(text, valuesOf(constraint));
    case 'NOT_IN':
      return not(isOneOf(text, valuesOf(constraint)));
    case 'STR_STARTS_WITH':
      return anyOf(textsOf(constraint, notes).map((value) => ({ starts_with: [text, value] })));
    case 'STR_ENDS_WITH':
      return anyOf(textsOf(constraint, notes).map((value) => ({ ends_with: [text, value] })));
    case 'STR_CONTAINS':
      return anyOf(textsOf(constraint, notes).map((value) => ({ in: [value, text] })));
    case 'REGEX':
      return matches(constraint, text, notes);
    default:
      return notes.refuse(constraint, `The operator "${operator}" has no equal in flagd.`);
  }
}

function valuesOf(constraint: SourceNode): readonly string[] {
  return constraint
    .at('values')
    .items()
    .map((value) => (value.text() ?? '').trim())
    .filter((value) => value !== '');
}

/** The values to compare with; a constraint that ignores case is refused unless they have none. */
function textsOf(constraint: SourceNode, notes: FlagNotes): readonly string[] {
  const values = valuesOf(constraint);
  refuseIgnoredCase(constraint, values, notes);
  return values;
}

function refuseIgnoredCase(constraint: SourceNode, values: readonly string[], notes: FlagNotes): void {
  const hasCase = values.some((value) => value.toLowerCase() !== value.toUpperCase());
  if (constraint.at('caseInsensitive').boolean() === true && hasCase) {
    notes.refuse(constraint, 'The constraint ignores upper and lower case, which flagd cannot.');
  }
}

function comparesWith(comparison: string, value: SourceNode, field: JsonValue): JsonValue {
  const number = Number(value.value ?? Number.NaN);
  return Number.isNaN(number) ? false : allOf([isGiven(field), { [comparison]: [textOf(field), number] }]);
}

function isVersion(comparison: VersionComparison, value: SourceNode, field: JsonValue, notes: FlagNotes): JsonValue {
  const version = value.text() ?? '';
  if (!isFullVersion(version)) return notes.refuse(value, 'This is not a version with three parts.');
  notes.change(value, VERSION_NOTE.message, VERSION_NOTE.instead);
  return compareVersion(textOf(field), comparison, version);
}

// flagd's clock counts whole seconds; Unleash's comparisons leave out the moment itself.
function isTime(operator: 'DATE_AFTER' | 'DATE_BEFORE', value: SourceNode, notes: FlagNotes): JsonValue {
  const dateMs = dateMsOf(value.text() ?? '');
  if (dateMs === undefined) return notes.refuse(value, 'This is not an ISO 8601 date with its time zone.');
  notes.change(
    value,
    'Dates are compared with the clock of the evaluator, in whole seconds.',
    'a "currentTime" in the context is not looked at',
  );
  const now = { var: '$flagd.timestamp' };
  return operator === 'DATE_AFTER'
    ? { '>=': [now, Math.ceil(dateMs / 1000)] }
    : { '<': [now, Math.ceil(dateMs / 1000)] };
}

function matches(constraint: SourceNode, text: JsonValue, notes: FlagNotes): JsonValue {
  const pattern = constraint.at('value').text() ?? '';
  refuseIgnoredCase(constraint, [pattern], notes);
  const refusal = `The pattern ${JSON.stringify(pattern)} is more than literal text with ^ and $; flagd has no regular expressions.`;
  return patternTest(pattern, text) ?? notes.refuse(constraint, refusal);
}
