const DATE = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/i;

/** Milliseconds since 1970 of an ISO 8601 date; undefined for others, and for times that do not name their zone. */
export function dateMsOf(text: string): number | undefined {
  const dateMs = DATE.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(dateMs) ? undefined : dateMs;
}
