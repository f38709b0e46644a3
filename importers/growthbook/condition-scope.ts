import type { JsonValue } from '../../domain/index.ts';
import type { FlagNotes } from '../flag-notes.ts';
import { attributeAt } from '../rule/attribute.ts';
import { TARGETING_KEY } from '../rule/logic.ts';
import type { SourceNode } from '../source-node.ts';

/** What the translation of a condition needs besides the condition. */
export interface ConditionScope {
  readonly savedGroups: SourceNode;
  readonly notes: FlagNotes;
  /** Inside a loop, names lead into the element instead of the context. */
  readonly isElement: boolean;
  /** Condition groups that are being translated, outermost first. */
  readonly groups: readonly string[];
  /** Translates a condition inside this one. */
  condition(condition: SourceNode, scope: ConditionScope): JsonValue;
  /** Translates what is asked of a value. */
  test(test: SourceNode, value: JsonValue, scope: ConditionScope): JsonValue;
}

/** The look-up of an attribute; the unit's `id` is the targeting key. */
export function lookUp(name: string, { isElement }: Pick<ConditionScope, 'isElement'>): JsonValue | undefined {
  return name === 'id' && !isElement ? TARGETING_KEY : attributeAt(name.split('.'));
}

/** True for an object of operators only: a question about a value and not about its members. */
export function isOperators(test: SourceNode): boolean {
  if (Array.isArray(test.value)) return false;
  const names = Object.keys(test.object() ?? {});
  return names.length > 0 && names.every((name) => name.startsWith('$'));
}
