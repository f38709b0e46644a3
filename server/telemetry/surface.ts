/** What a request is about, as far as its speed and its failures are concerned. */
export type Surface =
  /** One flag, or all flags, evaluated over OFREP. */
  | 'evaluate'
  | 'evaluateAll'
  /** Snapshots and definitions for in-process evaluation, fetched. */
  | 'snapshot'
  /** Event streams, which stay open. */
  | 'stream'
  /** Windows reported, and OTLP exports. */
  | 'ingest'
  | 'judge'
  /** The API for people and programs. */
  | 'management'
  /** Probes, figures, unknown paths. */
  | 'other';

const SURFACES: readonly (readonly [RegExp, Surface])[] = [
  [/^\/ofrep\/v1\/evaluate\/flags\/:key$/, 'evaluate'],
  [/^\/ofrep\/v1\/evaluate\/flags\/?$/, 'evaluateAll'],
  [/stream|\/events/, 'stream'],
  [/^\/api\/v1\/(snapshot|flagd)/, 'snapshot'],
  [/^(\/api\/v1\/reports|\/v1\/metrics)$/, 'ingest'],
  [/judge/, 'judge'],
  [/^\/api\//, 'management'],
];

/** The surface that a route belongs to, by its path. */
export function surfaceOf(route: string): Surface {
  return SURFACES.find(([pattern]) => pattern.test(route))?.[1] ?? 'other';
}
