/** One minute in which a world is looked at. */
export interface WorldMinute {
  readonly startMs: number;
  readonly minute: number;
  readonly unitsPerMinute: number;
  readonly coverage: number;
  /** Of eligible units, by treatment and for control: integers out of SHARE_TOTAL. */
  readonly intended: { readonly treatments: readonly number[]; readonly control: number };
}

/** Units that come in the minute, and the factor on purchases: load and purchases follow the hours of a day, each with its own. */
export function hoursOf({ minute, unitsPerMinute }: Pick<WorldMinute, 'minute' | 'unitsPerMinute'>) {
  const day = (2 * Math.PI * minute) / 1440;
  return { units: unitsPerMinute * (1 + 0.4 * Math.sin(day)), swing: 1 + 0.3 * Math.sin(day + 2) };
}
