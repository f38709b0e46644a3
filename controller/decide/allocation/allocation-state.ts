import { addSums, type Contrast, type ValueSums } from '../../../models/index.ts';

/** What is remembered of how treatments compare in the objectives; plain JSON of bounded size. Arms are in the order of `armsOf`. */
export interface AllocationEvidence {
  /** Control's units by which the scale of each objective is known, by metric; frozen when there are enough of all. */
  readonly bases: Readonly<Record<string, ValueSums>>;
  /** Recent units of all arms, by metric. */
  readonly centres: Readonly<Record<string, ValueSums>>;
  /** A stratum for each coverage, and for each leaf where these are treated apart. */
  readonly strata: readonly SumsOfStratum[];
  /** The same by value of the attribute that splits may depend on; absent where there is none. */
  readonly values?: Readonly<Record<string, readonly SumsOfStratum[]>>;
  /** By metric and pair. */
  readonly contrasts: Readonly<Record<string, readonly Contrast[]>>;
  /** Highest log E so far that one arm is better than another. */
  readonly peaks: readonly (readonly number[])[];
  /** The treatment that was found to be the best, and when; null before. It stays found. */
  readonly best: { readonly variant: string; readonly atMs: number } | null;
  /** When the newest split was decided; null before the first. */
  readonly splitAtMs: number | null;
}

/** Sums by metric and arm of units among whom the shares of treatments were constant. */
export interface SumsOfStratum {
  readonly coverage: number;
  readonly leaf?: string;
  readonly sums: Readonly<Record<string, readonly ValueSums[]>>;
}

/** The strata with what one window adds to one of them; of more than `most` the oldest goes. */
export function withStratum(
  strata: readonly SumsOfStratum[],
  added: SumsOfStratum,
  most: number,
): readonly SumsOfStratum[] {
  const index = strata.findIndex(({ coverage, leaf }) => coverage === added.coverage && leaf === added.leaf);
  const known = strata[index];
  if (known === undefined) return [...strata, added].slice(-most);
  const sums = Object.entries(known.sums).map(([name, arms]) => {
    return [name, arms.map((arm, k) => addSums(arm, added.sums[name]![k]!))] as const;
  });
  return strata.with(index, { ...known, sums: Object.fromEntries(sums) });
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
