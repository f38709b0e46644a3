/** A setting as harm against hours: less is better in both. */
export interface Point {
  readonly hours: number;
  readonly harm: number;
}

/** The points that no other one beats, by rising hours; of equal ones all. */
export function paretoFront<P extends Point>(points: readonly P[]): readonly P[] {
  const sorted = [...points].sort((a, b) => a.hours - b.hours || a.harm - b.harm);
  return sorted.filter((point) => !sorted.some((other) => beats(other, point)));
}

/**
 * The area that points dominate up to a reference point that is worse than all; points beyond it add nothing.
 *
 * The hypervolume indicator in two dimensions (Zitzler & Thiele 1999, "Multiobjective evolutionary algorithms").
 */
export function hypervolume(points: readonly Point[], reference: Point): number {
  const inside = points.filter(({ hours, harm }) => hours < reference.hours && harm < reference.harm);
  let area = 0;
  let harmSoFar = reference.harm;
  for (const { hours, harm } of paretoFront(inside)) {
    area += (reference.hours - hours) * (harmSoFar - harm);
    harmSoFar = harm;
  }
  return area;
}

function beats(a: Point, b: Point): boolean {
  return a.hours <= b.hours && a.harm <= b.harm && (a.hours < b.hours || a.harm < b.harm);
}
