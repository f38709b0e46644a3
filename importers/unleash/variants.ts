import type { FlagValue, JsonValue } from '../../domain/index.ts';
import type { FlagNotes } from '../flag-notes.ts';
import { anyOf, isOneOf } from '../rule/logic.ts';
import { byBucket, endToEnd } from '../rule/share.ts';
import type { SourceNode } from '../source-node.ts';
import type { VariantNames } from '../variant-names.ts';
import { fieldAt, isFilled, stickinessOf, textOf } from './context.ts';

/** What the choice among variants depends on. */
export interface VariantChoice {
  /** Units keep their variant as long as this stays the same. */
  readonly salt: string;
  /** Stickiness of the strategy, for variants that name none. */
  readonly stickiness: string | undefined;
  readonly names: VariantNames;
  readonly notes: FlagNotes;
}

/** The variant of a unit: by an override, else by weight; null when all weights are zero. */
export function chooseVariant(variants: readonly SourceNode[], choice: VariantChoice): JsonValue {
  const { names, notes } = choice;
  const hasPayload = variants.map((variant) => variant.at('payload').isPresent);
  if (hasPayload.includes(true) && hasPayload.includes(false)) {
    notes.refuse(variants[hasPayload.indexOf(false)]!, 'This variant has no payload while others have one.');
  }
  const parts = variants.map((variant) => ({
    variant,
    result: names.nameOf(payloadOf(variant, notes), variant.at('name').requiredText()),
    weight: variant.at('weight').number() ?? 0,
  }));
  if (!parts.some(({ weight }) => weight > 0)) return null;
  const overrides = parts.flatMap(({ variant, result }) => {
    const list = variant.at('overrides').items();
    return list.length === 0 ? [] : [anyOf(list.map((override) => isOverridden(override, notes))), result];
  });
  const byWeight = chooseByWeight(parts, choice);
  return overrides.length === 0 ? byWeight : { if: [...overrides, byWeight] };
}

function chooseByWeight(
  parts: readonly { readonly variant: SourceNode; readonly result: string; readonly weight: number }[],
  { salt, stickiness, notes }: VariantChoice,
): JsonValue {
  const slices = endToEnd(parts);
  if (slices.length === 1) return slices[0]!.result;
  const { variant } = parts[0]!;
  const sticky = variant.at('stickiness').text() || stickiness || 'default';
  const value = stickinessOf(sticky, { at: variant, fallbacks: ['userId', 'sessionId', 'remoteAddress'], notes });
  if (value === undefined) return false;
  notes.changeHashing(variant, value);
  const isGiven = sticky === 'default' ? { '!!': [value] } : isFilled(value);
  // Another salt than the strategy's share has: who is in the share must not decide who gets which variant.
  return { if: [isGiven, byBucket({ salt: `${salt}:variant:`, value }, slices, null), null] };
}

function isOverridden(override: SourceNode, notes: FlagNotes): JsonValue {
  const field = fieldAt(override.at('contextName').requiredText(), override, notes);
  return field === undefined
    ? false
    : isOneOf(
        textOf(field),
        override
          .at('values')
          .items()
          .map((value) => value.requiredText()),
      );
}

/** The payload as a value; a variant without one stands for its own name. */
function payloadOf(variant: SourceNode, notes: FlagNotes): FlagValue {
  const payload = variant.at('payload');
  if (!payload.isPresent) return variant.at('name').requiredText();
  const text = payload.at('value').requiredText();
  switch (payload.at('type').text()) {
    case 'number':
      return Number.isNaN(Number(text)) ? refusePayload(payload, 'a number', notes) : Number(text);
    case 'json':
      return objectOf(text) ?? refusePayload(payload, 'a JSON object', notes);
    default:
      return text;
  }
}

function objectOf(text: string): FlagValue | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as FlagValue) : undefined;
  } catch {
    return undefined;
  }
}

function refusePayload(payload: SourceNode, expected: string, notes: FlagNotes): string {
  notes.refuse(payload, `The payload is not ${expected}, as its type says.`);
  return '';
}
