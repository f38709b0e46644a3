const FACTOR = 3;

/**
 * Drops values beyond fences three interquartile ranges away from the quartiles, but none between p1 and p99.
 *
 * Kayenta's removal of outliers (spinnaker/kayenta, `kayenta-judge`). Sorted in, sorted out.
 */
export function removeOutliers(sorted: Float64Array): Float64Array {
  const [q1, q3] = [percentile(sorted, 0.25), percentile(sorted, 0.75)];
  const lower = Math.min(q1 - FACTOR * (q3 - q1), percentile(sorted, 0.01));
  const upper = Math.max(q3 + FACTOR * (q3 - q1), percentile(sorted, 0.99));
  return sorted.filter((value) => value >= lower && value <= upper);
}

/** Order statistic p (n + 1), by linear interpolation. */
function percentile(sorted: Float64Array, p: number): number {
  const position = p * (sorted.length + 1);
  const below = Math.floor(position);
  if (below < 1) return sorted[0]!;
  if (below >= sorted.length) return sorted.at(-1)!;
  const [low, high] = [sorted[below - 1]!, sorted[below]!];
  return low + (position - below) * (high - low);
}
