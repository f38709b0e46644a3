import type { JsonValue } from '../../domain/index.ts';
import { unreachable } from '../rule/attribute.ts';
import { isOneOf, someElement } from '../rule/logic.ts';
import type { SourceNode } from '../source-node.ts';
import { type ConditionScope, lookUp } from './condition-scope.ts';

/** Values of a group that `$inGroup` names; undefined after a refusal. */
export function valuesOfGroup(
  operand: SourceNode,
  { savedGroups, notes }: ConditionScope,
): readonly JsonValue[] | undefined {
  const id = operand.requiredText();
  const group = savedGroups.at(id);
  const list = Array.isArray(group.value)
    ? group
    : group.isPresent && group.at('type').text() === 'list'
      ? group.at('values')
      : undefined;
  if (list === undefined || !list.isPresent) {
    notes.refuse(operand, `The payload has no list of values for the saved group "${id}".`);
    return undefined;
  }
  return list.items().map((item) => item.value ?? null);
}

/** `$savedGroup`: a group of values looked up in its own attribute, or a condition under a name. */
export function translateSavedGroup(reference: SourceNode, scope: ConditionScope): JsonValue {
  const { savedGroups, notes, groups, isElement } = scope;
  const id = reference.at('id').requiredText();
  const group = savedGroups.at(id);
  const type = group.isPresent && !Array.isArray(group.value) ? group.at('type').text() : undefined;
  if (type === 'list') {
    const name = reference.at('attributeKey').text() ?? group.at('attributeKey').requiredText();
    const value = lookUp(name, scope);
    const values = group
      .at('values')
      .items()
      .map((item) => item.value ?? null);
    return value === undefined
      ? notes.refuse(reference, unreachable(name))
      : someElement(value, (element) => isOneOf(element, values));
  }
  if (type !== 'condition')
    return notes.refuse(reference, `The payload has no values or condition for the saved group "${id}".`);
  if (groups.includes(id)) return notes.refuse(reference, `The saved group "${id}" refers to itself.`);
  const translate = () => scope.condition(group.at('condition'), { ...scope, groups: [...groups, id] });
  // flagd knows no references inside shared rules, and a loop's body sees another context: there it is written out.
  return groups.length > 0 || isElement ? translate() : notes.share(`growthbook:group:${id}`, translate);
}
