import type { Scored } from './scored.ts';

/** A half-open range of neighbouring points. */
export interface PointRange {
  readonly from: number;
  readonly to: number;
}

/** Runs of neighbouring points that have a property. */
export function rangesWhere(length: number, has: (point: number) => boolean): readonly PointRange[] {
  const ranges: PointRange[] = [];
  for (let from = 0; from < length; from += 1) {
    if (!has(from)) continue;
    let to = from + 1;
    while (to < length && has(to)) to += 1;
    ranges.push({ from, to });
    from = to;
  }
  return ranges;
}

/** Labels mark points; neighbouring ones are one event. */
export function labelledEvents(points: readonly Scored[]): readonly PointRange[] {
  return rangesWhere(points.length, (point) => points[point]!.isPositive);
}
