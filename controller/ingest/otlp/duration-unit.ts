/** Milliseconds of the units of time that instruments are declared in (UCUM codes, as OpenTelemetry asks for). */
const MS_OF_UNIT: ReadonlyMap<string, number> = new Map([
  ['ns', 1e-6],
  ['us', 1e-3],
  ['ms', 1],
  ['s', 1_000],
  ['min', 60_000],
  ['h', 3_600_000],
]);

/** Milliseconds of one unit of an instrument; undefined when it is no unit of time. */
export function msOfUnit(unit: string): number | undefined {
  return MS_OF_UNIT.get(unit);
}
