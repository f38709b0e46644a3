/** True for a list of so many finite numbers. */
export function isVector(value: unknown, length: number): value is readonly number[] {
  return Array.isArray(value) && value.length === length && value.every((x) => Number.isFinite(x));
}

/** True for objects that are no lists. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
