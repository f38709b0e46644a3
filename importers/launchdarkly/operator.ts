import type { JsonValue } from '../../domain/index.ts';
import type { FlagNotes } from '../flag-notes.ts';
import { dateMsOf } from '../rule/date.ts';
import { allOf, anyOf, isNumber, isOneOf } from '../rule/logic.ts';
import { patternTest } from '../rule/pattern.ts';
import {
  compareVersion,
  isFullVersion,
  isShortVersion,
  VERSION_NOTE,
  type VersionComparison,
} from '../rule/version.ts';
import type { SourceNode } from '../source-node.ts';

const ORDER: Readonly<Record<string, string>> = {
  lessThan: '<',
  lessThanOrEqual: '<=',
  greaterThan: '>',
  greaterThanOrEqual: '>=',
};
const DATE_ORDER: Readonly<Record<string, string>> = { before: '<', after: '>' };
const VERSION_ORDER: Readonly<Record<string, VersionComparison>> = {
  semVerEqual: '=',
  semVerLessThan: '<',
  semVerGreaterThan: '>',
};

/** A clause's operator, applied to one value of the context: true when it holds for one of the clause's values. */
export function translateOperator(clause: SourceNode, value: JsonValue, notes: FlagNotes): JsonValue {
  const operator = clause.at('op').requiredText();
  const operands = clause.at('values').items();
  const texts = operands.flatMap((operand) => (typeof operand.value === 'string' ? [operand.value] : []));
  if (Object.hasOwn(ORDER, operator))
    return anyOf(operands.map((operand) => comparesWith(ORDER[operator]!, operand.value, value)));
  if (Object.hasOwn(DATE_ORDER, operator))
    return anyOf(operands.map((operand) => isDated(DATE_ORDER[operator]!, operand, value, notes)));
  if (Object.hasOwn(VERSION_ORDER, operator))
    return anyOf(operands.map((operand) => isVersion(VERSION_ORDER[operator]!, operand, value, notes)));
  switch (operator) {
    case 'in':
      return isOneOf(
        value,
        operands.map((operand) => operand.value ?? null).filter((item) => typeof item !== 'object'),
      );
    case 'startsWith':
      return anyOf(texts.map((text) => ({ starts_with: [value, text] })));
    case 'endsWith':
      return anyOf(texts.map((text) => ({ ends_with: [value, text] })));
    case 'contains':
      return anyOf(texts.map((text) => (text === '' ? { starts_with: [value, ''] } : { in: [text, value] })));
    case 'matches':
      return anyOf(operands.map((operand) => matches(operand, value, notes)));
    default:
      return notes.refuse(clause.at('op'), `The operator "${operator}" has no equal in flagd.`);
  }
}

// A text that looks like a number is none to LaunchDarkly.
function comparesWith(comparison: string, operand: JsonValue | undefined, value: JsonValue): JsonValue {
  return typeof operand === 'number' ? allOf([isNumber(value), { [comparison]: [value, operand] }]) : false;
}

function isDated(comparison: string, operand: SourceNode, value: JsonValue, notes: FlagNotes): JsonValue {
  const dateMs = typeof operand.value === 'string' ? dateMsOf(operand.value) : operand.number();
  if (dateMs === undefined)
    return notes.refuse(operand, 'This is neither an ISO 8601 date with its time zone nor a number.');
  const instead = 'the attribute is compared as a number: send milliseconds since 1970, dates as text never match';
  notes.change(operand, 'JsonLogic cannot read dates.', instead);
  return comparesWith(comparison, dateMs, value);
}

function isVersion(comparison: VersionComparison, operand: SourceNode, value: JsonValue, notes: FlagNotes): JsonValue {
  const version = operand.text() ?? '';
  const isReadable = !version.startsWith('v') && (isFullVersion(version) || isShortVersion(version));
  if (!isReadable) return notes.refuse(operand, 'This is not a version that sem_ver reads.');
  notes.change(operand, VERSION_NOTE.message, VERSION_NOTE.instead);
  return compareVersion(value, comparison, version);
}

function matches(operand: SourceNode, value: JsonValue, notes: FlagNotes): JsonValue {
  const pattern = operand.requiredText();
  const refusal = `The pattern ${JSON.stringify(pattern)} is more than literal text with ^ and $; flagd has no regular expressions.`;
  return patternTest(pattern, value) ?? notes.refuse(operand, refusal);
}
