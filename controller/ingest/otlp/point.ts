import type { Reading } from './reading.ts';

/** Attributes of a point or a resource, with their values as text: 500 and "500" are the same. */
export type Attributes = ReadonlyMap<string, string>;

/** One data point of a metrics export. */
export type OtlpPoint = UsablePoint | UnusablePoint;

/** Where a point comes from. */
interface PointOrigin {
  readonly instrument: string;
  readonly unit: string;
  readonly attributes: Attributes;
  readonly resource: Attributes;
}

/** A point that can be counted. */
export interface UsablePoint extends PointOrigin {
  /** All that the streams of one instrument in one process share (resource, scope, name, unit, kind) as one text. */
  readonly family: string;
  readonly temporality: 'delta' | 'cumulative';
  /** Since when it counts, ms since 1970 with fractions; null when it does not say. */
  readonly startMs: number | null;
  /** Until when, that moment included. */
  readonly timeMs: number;
  readonly reading: Reading;
}

/** A point that cannot be counted, and why: "is a gauge". */
export interface UnusablePoint extends PointOrigin {
  readonly fault: string;
}
