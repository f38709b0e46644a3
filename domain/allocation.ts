/** Shares of traffic are integers out of this; sums are exact and equal in every language. */
export const SHARE_TOTAL = 100_000;

/** Who gets what: `coverage` of the eligible units is admitted, and admitted units are divided by `split`. */
export interface Allocation {
  /** Share of eligible units admitted, integer in [0, SHARE_TOTAL]. */
  readonly coverage: number;
  /** Fixed share of each treatment, in order; positive integers that sum to SHARE_TOTAL. */
  readonly split: readonly number[];
}

/** The fixed range of buckets of one treatment: the first part serves the treatment, the rest control. */
export interface Slot {
  readonly treatment: number;
  readonly control: number;
}

/**
 * The slots of an allocation, in the order of its treatments; all parts together sum to SHARE_TOTAL.
 *
 * A slot's width depends on the split alone and its treatment part grows with coverage from the left,
 * so raising coverage moves units from control into treatment and never from one treatment into another.
 */
export function slotsOf(allocation: Allocation): readonly Slot[] {
  return allocation.split.map((width) => {
    const treatment = Math.floor((width * allocation.coverage) / SHARE_TOTAL);
    return { treatment, control: width - treatment };
  });
}

/** Share of eligible units that the allocation gives to each treatment and, last, to control. */
export function intendedShares(allocation: Allocation): {
  readonly treatments: readonly number[];
  readonly control: number;
} {
  const treatments = slotsOf(allocation).map((slot) => slot.treatment);
  return { treatments, control: SHARE_TOTAL - treatments.reduce((sum, share) => sum + share, 0) };
}
