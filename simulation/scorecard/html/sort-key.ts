const DIGITS = 6;

/** What a cell is sorted by: its value with six significant digits, or nothing. */
export function sortKey(value: number | null): string {
  return value === null ? '' : String(Number(value.toPrecision(DIGITS)));
}
