import type { Contrast, ValueSums } from '../../../models/index.ts';

/** What is remembered of how treatments compare in the objectives; plain JSON of bounded size. Arms are in the order of `armsOf`. */
export interface AllocationEvidence {
  /** Control's units by which the scale of each objective is known, by metric; frozen when there are enough of all. */
  readonly bases: Readonly<Record<string, ValueSums>>;
  /** Recent units of all arms, by metric. */
  readonly centres: Readonly<Record<string, ValueSums>>;
  /** Sums by metric and arm, a stratum for each coverage: the shares of treatments are constant in it. */
  readonly strata: readonly {
    readonly coverage: number;
    readonly sums: Readonly<Record<string, readonly ValueSums[]>>;
  }[];
  /** By metric and pair. */
  readonly contrasts: Readonly<Record<string, readonly Contrast[]>>;
  /** Highest log E so far that one arm is better than another. */
  readonly peaks: readonly (readonly number[])[];
  /** The treatment that was found to be the best, and when; null before. It stays found. */
  readonly best: { readonly variant: string; readonly atMs: number } | null;
  /** When the newest split was decided; null before the first. */
  readonly splitAtMs: number | null;
}

/** Whether the scale of every objective is known. */
export function isScaleKnown({ bases }: AllocationEvidence): boolean {
  return Object.values(bases).every(
    ({ n, sum, sumOfSquares, nonZero = 0 }) =>
      n >= SCALE_UNITS && nonZero >= SCALE_NON_ZERO_UNITS && sum !== 0 && sumOfSquares * n > sum * sum,
  );
}

/** Control units, and control units that are not 0, by which a scale is known. */
const SCALE_UNITS = 200;
const SCALE_NON_ZERO_UNITS = 20;
