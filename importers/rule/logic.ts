import type { JsonObject, JsonValue } from '../../domain/index.ts';

const MAX_LIST_LENGTH = 1000;

/** True when all conditions are. */
export function allOf(conditions: readonly JsonValue[]): JsonValue {
  return joined('and', conditions, true);
}

/** True when one of the conditions is. */
export function anyOf(conditions: readonly JsonValue[]): JsonValue {
  return joined('or', conditions, false);
}

/** What is certain is worked out here, and conditions of the same kind inside one another become one. */
function joined(operator: 'and' | 'or', conditions: readonly JsonValue[], neutral: boolean): JsonValue {
  const open = conditions
    .filter((condition) => condition !== neutral)
    .flatMap((condition) => operandsOf(operator, condition));
  if (open.includes(!neutral)) return !neutral;
  if (open.length === 0) return neutral;
  return open.length === 1 ? open[0]! : { [operator]: open };
}

function operandsOf(operator: string, condition: JsonValue): readonly JsonValue[] {
  const isSameKind = typeof condition === 'object' && condition !== null && Object.hasOwn(condition, operator);
  return isSameKind ? ((condition as JsonObject)[operator] as readonly JsonValue[]) : [condition];
}

/** True when the rule is not. */
export function not(rule: JsonValue): JsonValue {
  return typeof rule === 'boolean' ? !rule : { '!': [rule] };
}

/** True when the value is there and is not null. */
export function isGiven(value: JsonValue): JsonValue {
  return { '!==': [value, null] };
}

/** True when the value is in the list, of the same type. */
export function isOneOf(value: JsonValue, list: readonly JsonValue[]): JsonValue {
  const parts = [];
  for (let start = 0; start < list.length; start += MAX_LIST_LENGTH) {
    parts.push({ in: [value, list.slice(start, start + MAX_LIST_LENGTH)] });
  }
  return anyOf(parts);
}

/** The value as text, as JavaScript casts it; "" when it is absent. */
export function asText(value: JsonValue): JsonValue {
  return { cat: [value] };
}

/** True when the value is a number and not a text that looks like one. */
export function isNumber(value: JsonValue): JsonValue {
  return { '===': [value, { '+': [value] }] };
}

/** The unit's key, which OpenFeature has as a string. */
export const TARGETING_KEY: JsonValue = { var: 'targetingKey' };

/** The element that a loop looks at. */
export const ELEMENT: JsonValue = { var: '' };

/** True when the test holds for the value or, if that is a list, for one of its elements. The unit's key is never a list. */
export function someElement(value: JsonValue, test: (element: JsonValue) => JsonValue): JsonValue {
  if (value === TARGETING_KEY) return test(value);
  const rule = test(ELEMENT);
  return typeof rule === 'boolean' ? rule : { some: [{ merge: [value] }, rule] };
}
