import type { Violation } from '../index.ts';

/** Most mistakes that are told at once. */
const MAX_TOLD = 20;

/** What a validator found, for people: places below `prefix`, and the names that it is about. */
export function violationsOf(
  faults: readonly { readonly instancePath: string; readonly message: string; readonly params: object }[],
  prefix = '',
): readonly Violation[] {
  return faults.slice(0, MAX_TOLD).map(({ instancePath, message, params }) => ({
    path: `${prefix}${instancePath}`,
    message: `${message}${namesIn(params)}`,
  }));
}

function namesIn(params: object): string {
  const { additionalProperties, requiredProperties, allowedValues } = params as Readonly<Record<string, unknown>>;
  const names = additionalProperties ?? requiredProperties ?? allowedValues;
  return Array.isArray(names) ? `: ${names.join(', ')}` : '';
}
