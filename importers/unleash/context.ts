import type { JsonValue } from '../../domain/index.ts';
import type { FlagNotes } from '../flag-notes.ts';
import { attributeAt, unreachable } from '../rule/attribute.ts';
import { asText, TARGETING_KEY } from '../rule/logic.ts';
import type { SourceNode } from '../source-node.ts';

const FILLED_BY_SDK: ReadonlySet<string> = new Set(['appName', 'environment']);

/** The look-up of a field of Unleash's context; undefined after a refusal. */
export function fieldAt(name: string, at: SourceNode, notes: FlagNotes): JsonValue | undefined {
  if (name === 'userId') return TARGETING_KEY;
  if (FILLED_BY_SDK.has(name)) {
    const instead = 'send it as an attribute, or set it in the static context of the environment';
    notes.change(at, `Unleash's SDKs fill in "${name}" by themselves.`, instead);
  }
  const found = attributeAt([name]);
  if (found === undefined) notes.refuse(at, unreachable(name));
  return found;
}

/** A field as text, which is how Unleash compares it; an absent one is "" or null. */
export function textOf(field: JsonValue): JsonValue {
  return field === TARGETING_KEY ? field : asText(field);
}

/** True when the field is there and is not "". */
export function isFilled(field: JsonValue): JsonValue {
  return field === TARGETING_KEY ? { '!!': [field] } : { '!==': [asText(field), ''] };
}

/** What units are divided by: one field, or the first one that is filled. */
export function stickinessOf(
  stickiness: string,
  {
    at,
    fallbacks,
    notes,
  }: { readonly at: SourceNode; readonly fallbacks: readonly string[]; readonly notes: FlagNotes },
): JsonValue | undefined {
  if (stickiness === 'random') {
    notes.refuse(at, 'Random stickiness gives a new answer every time, which flagd never does.');
    return undefined;
  }
  if (stickiness !== 'default') return fieldAt(stickiness, at, notes);
  const instead = `without ${fallbacks.join(', ')} a unit is not part of the share`;
  notes.change(at, 'Default stickiness draws lots for units that have no key.', instead);
  return { or: fallbacks.flatMap((name) => fieldAt(name, at, notes) ?? []) };
}
