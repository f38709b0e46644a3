import { parseTrace, type Trace, type Traces } from '../traces.ts';

/** Which real series stands for what, by the beginning of its file's name. */
const MEANING: Readonly<Record<keyof Traces, readonly string[]>> = {
  load: ['ingress-04', 'mongo-01', 'mongo-03', 'purchase-03'],
  errors: ['app2-'],
  slowness: ['outbound-'],
};

/** The series of CSV texts by file name; undefined when one of load, errors and slowness has none. */
export function tracesByName(files: Readonly<Record<string, string>>): Traces | undefined {
  const named = (beginnings: readonly string[]): readonly Trace[] =>
    Object.keys(files)
      .filter((name) => beginnings.some((beginning) => name.startsWith(beginning)))
      .sort()
      .map((name) => parseTrace(files[name]!));
  const traces = { load: named(MEANING.load), errors: named(MEANING.errors), slowness: named(MEANING.slowness) };
  return Object.values(traces).some((found) => found.length === 0) ? undefined : traces;
}
