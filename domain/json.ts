/** Any JSON value. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** A JSON object; read it by own properties only, its keys may come from anybody. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/**
 * The one text of a JSON value: object keys sorted by UTF-16 code units, no white space (RFC 8785 for all values that JSON.parse yields).
 *
 * Two values are equal as JSON exactly when their texts are equal, so this is what gets hashed. Undefined properties are left out.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const object = value as Record<string, unknown>;
  const members = Object.keys(object)
    .filter((key) => object[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(object[key])}`);
  return `{${members.join(',')}}`;
}
