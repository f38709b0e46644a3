import type { FlagValue, JsonValue } from '../domain/index.ts';

/** A copy that nobody can change: a value is handed to many callers, and none of them may change it for the others. */
export function frozenCopy<T extends FlagValue | JsonValue>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  const copy = Array.isArray(value)
    ? value.map((element: JsonValue) => frozenCopy(element))
    : Object.fromEntries(Object.entries(value).map(([key, member]) => [key, frozenCopy(member as JsonValue)]));
  return Object.freeze(copy) as T;
}
