/**
 * Counts of durations by bin (`durationBinOf`), possibly faded; plain JSON. A DDSketch with relative accuracy
 * `DURATION_ACCURACY` that never collapses bins (Masson, Rim and Lee, VLDB 2019): there are 1 145 of them.
 */
export type DurationSketch = Readonly<Record<string, number>>;

/** What is left of a count after many time constants is noise and would only take space. */
const NEGLIGIBLE_UNITS = 1e-3;

/** A sketch in which every unit counts `factor` times, without the bins that have faded away. */
export function fadeSketch(sketch: DurationSketch, factor: number): DurationSketch {
  if (factor === 1) return sketch;
  const faded: Record<string, number> = {};
  for (const bin of Object.keys(sketch)) {
    const units = sketch[bin]! * factor;
    if (units >= NEGLIGIBLE_UNITS) faded[bin] = units;
  }
  return faded;
}

/** Both sketches together: exactly what one sketch of all their units would hold. */
export function mergeSketches(left: DurationSketch, right: DurationSketch): DurationSketch {
  const merged: Record<string, number> = { ...left };
  for (const bin of Object.keys(right)) merged[bin] = (merged[bin] ?? 0) + right[bin]!;
  return merged;
}
