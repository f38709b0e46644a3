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

/** Units counted in a sketch. */
export function unitsInSketch(sketch: DurationSketch): number {
  let sum = 0;
  for (const bin of Object.keys(sketch)) sum += sketch[bin]!;
  return sum;
}

/** Units whose duration lies above each of some bins. */
export function unitsAboveBins(sketch: DurationSketch, bins: readonly number[]): readonly number[] {
  const above = bins.map(() => 0);
  for (const key of Object.keys(sketch)) {
    const bin = Number(key);
    for (let index = 0; index < bins.length; index += 1) if (bin > bins[index]!) above[index]! += sketch[key]!;
  }
  return above;
}

/** For each share p the lowest bin with at least so much of all units in or below it; undefined for an empty sketch. */
export function quantileBins(sketch: DurationSketch, shares: readonly number[]): readonly number[] | undefined {
  const bins = Object.keys(sketch)
    .map(Number)
    .sort((a, b) => a - b);
  const last = bins.at(-1);
  if (last === undefined) return undefined;
  const total = unitsInSketch(sketch);
  return shares.map((p) => {
    let counted = 0;
    return (
      bins.find((bin) => {
        counted += sketch[bin]!;
        return counted >= p * total;
      }) ?? last
    );
  });
}
