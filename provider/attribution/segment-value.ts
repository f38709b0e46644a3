import type { EvaluationContext } from '../../domain/index.ts';

/** Longest value of a segment, in UTF-16 code units; the server takes no longer ones. */
const MAX_LENGTH = 128;

/** What no report may carry: control characters and halves of surrogate pairs. */
const UNREPORTABLE = /[\p{Cc}\p{Cs}]/u;

/**
 * The value by which an attribute divides the units; undefined when the context has none that can be reported.
 *
 * Attributes are dotted paths of own properties, as in rules. Texts, numbers and booleans count.
 */
export function segmentValue(context: EvaluationContext, attribute: string): string | undefined {
  try {
    return reportable(attribute.split('.').reduce(ownValue, context as unknown));
  } catch {
    // A getter of the application may throw; an evaluation must not.
    return undefined;
  }
}

function ownValue(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}

function reportable(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  const text = String(value);
  return text.length <= MAX_LENGTH && !UNREPORTABLE.test(text) ? text : undefined;
}
