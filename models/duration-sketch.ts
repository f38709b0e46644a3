/**
 * Counts of durations by bin (`durationBinOf`), possibly faded; plain JSON. A DDSketch with relative accuracy
 * `DURATION_ACCURACY` that never collapses bins (Masson, Rim and Lee, VLDB 2019): there are 1 145 of them.
 */
export type DurationSketch = Readonly<Record<string, number>>;

/** What is left of a count after many time constants is noise and would only take space. */
const NEGLIGIBLE_UNITS = 1e-3;

/** A sketch in which every unit counts `factor` times, without the bins that have faded away. */
export function fadeSketch(sketch: DurationSketch, factor: number): DurationSketch {
  const faded = Object.entries(sketch).map(([bin, units]) => [bin, units * factor] as const);
  return Object.fromEntries(faded.filter(([, units]) => units >= NEGLIGIBLE_UNITS));
}

/** Both sketches together: exactly what one sketch of all their units would hold. */
export function mergeSketches(left: DurationSketch, right: DurationSketch): DurationSketch {
  const merged = new Map(Object.entries(left));
  for (const [bin, units] of Object.entries(right)) merged.set(bin, (merged.get(bin) ?? 0) + units);
  return Object.fromEntries(merged);
}

/** Units counted in a sketch. */
export function unitsInSketch(sketch: DurationSketch): number {
  return Object.values(sketch).reduce((sum, units) => sum + units, 0);
}

/** Units whose duration lies above a bin. */
export function unitsAboveBin(sketch: DurationSketch, bin: number): number {
  return Object.entries(sketch).reduce((sum, [index, units]) => (Number(index) > bin ? sum + units : sum), 0);
}

/** The lowest bin with at least the share p of all units in or below it; undefined for an empty sketch. */
export function quantileBin(sketch: DurationSketch, p: number): number | undefined {
  const bins = Object.keys(sketch)
    .map(Number)
    .sort((a, b) => a - b);
  const needed = p * unitsInSketch(sketch);
  let counted = 0;
  return (
    bins.find((bin) => {
      counted += sketch[bin]!;
      return counted >= needed;
    }) ?? bins.at(-1)
  );
}
