import type { Leaf } from '../../../domain/index.ts';

/** How units are divided among several treatments, and how these compare; plain JSON. */
export interface AllocationAssessment {
  /** In the order of the plan. */
  readonly treatments: readonly AllocatedTreatment[];
  /** The treatment that was found to be the best; null before. */
  readonly best: { readonly variant: string; readonly atMs: number } | null;
  /** The line that the evidence against each other treatment has to pass. */
  readonly lineLog10: number;
  /** Parts of the traffic with splits of their own; absent: there are none. */
  readonly byAttribute?: {
    readonly attribute: string;
    readonly leaves: readonly AllocatedLeaf[];
  };
}

/** A leaf as the allocation sees it. */
export interface AllocatedLeaf extends Leaf {
  /** Of the units that would be admitted now, in the order of the plan; integers out of SHARE_TOTAL. */
  readonly shares: readonly number[];
}

/** One treatment as the allocation sees it. */
export interface AllocatedTreatment {
  readonly variant: string;
  /** Its share of the units that would be admitted now, integer out of SHARE_TOTAL. */
  readonly share: number;
  /** Its share of all eligible units now, or of those in no leaf; integer out of SHARE_TOTAL. */
  readonly exposed: number;
  readonly isWithdrawn: boolean;
  /** Least evidence so far that it is better than each other treatment: past the line it is the best. */
  readonly log10: number;
  /** Utility beyond control's, in relative changes by importance; null while nothing is known of it. */
  readonly againstControl: { readonly difference: number; readonly lower: number; readonly upper: number } | null;
  /** Evidence that it is better than control. */
  readonly aboveControlLog10: number;
}
