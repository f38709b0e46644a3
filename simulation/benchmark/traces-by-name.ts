import { parseTrace, type Trace, type Traces } from '../traces.ts';

/** Which files stand for something, by name. */
export interface NamedSeries {
  readonly stands: string;
  /** What their names begin with. */
  readonly beginnings: readonly string[];
  readonly files: readonly string[];
}

/** The files of all that worlds are made of. */
export type SeriesNames = Readonly<Record<keyof Traces, NamedSeries>>;

/** Which of some files stand for what, each in the order of its name. */
export function seriesByName(names: readonly string[]): SeriesNames {
  const series = (stands: string, beginnings: readonly string[]): NamedSeries => ({
    stands,
    beginnings,
    files: names.filter((name) => beginnings.some((beginning) => name.startsWith(beginning))).sort(),
  });
  return {
    load: series('load', ['ingress-04', 'mongo-01', 'mongo-03', 'purchase-03']),
    errors: series('errors', ['app2-']),
    slowness: series('latency', ['outbound-']),
  };
}

/** The series of CSV texts by file name; undefined when one of load, errors and slowness has none. */
export function tracesByName(files: Readonly<Record<string, string>>): Traces | undefined {
  const names = seriesByName(Object.keys(files));
  const parsed = (kind: keyof Traces): readonly Trace[] => names[kind].files.map((name) => parseTrace(files[name]!));
  const traces = { load: parsed('load'), errors: parsed('errors'), slowness: parsed('slowness') };
  return Object.values(traces).some((found) => found.length === 0) ? undefined : traces;
}

/** Rows that a slice needs at least. */
const MIN_ROWS = 3;

/** Whether a file that was read is a series at all. */
export function isUsableTrace({ minutesPerRow, factors }: Trace): boolean {
  return factors.length >= MIN_ROWS && minutesPerRow > 0 && factors.every(Number.isFinite);
}
