/** Shares of traffic are integers out of this; sums are exact and equal in every language. */
export const SHARE_TOTAL = 100_000;

/** How the units of a layer are divided. */
export interface LayerShares {
  /** Share of each treatment, in order; integers ≥ 0 that sum to SHARE_TOTAL. */
  readonly split: readonly number[];
  /** The same for units of a leaf that is treated apart, by its name; absent: `split` is everybody's. */
  readonly splits?: Readonly<Record<string, readonly number[]>>;
}

/** The units that a stretch of coverage admits, and how they are divided among the treatments: theirs for good. */
export interface AdmissionLayer extends LayerShares {
  /** Coverage at which it ends; it begins where the layer before it ends, and the first one at 0. */
  readonly through: number;
}

/** Units with one of these values of the tree's attribute. */
export interface Leaf {
  /** Its way from the root: a leaf "A" that is divided once more becomes "AA" and "AB". */
  readonly leaf: string;
  readonly values: readonly string[];
}

/** Parts of the traffic that may have splits of their own; a unit that is in none is in `REST`. */
export interface AdmissionTree {
  /** The attribute of the evaluation context by which units are told apart. */
  readonly attribute: string;
  readonly leaves: readonly Leaf[];
}

/** How the units of a generation were admitted, where splits may differ among them. */
export interface Admission {
  readonly layers: readonly AdmissionLayer[];
  /** Treatments, by variant, whose units are back in control and that get no more. */
  readonly withdrawn: readonly string[];
  /** Absent: all units are treated alike. */
  readonly tree?: AdmissionTree;
}

/** Who gets what: `coverage` of the eligible units is admitted, and admitted units are divided by `split`. */
export interface Allocation {
  /** Share of eligible units admitted, integer in [0, SHARE_TOTAL]. */
  readonly coverage: number;
  /** Share of each treatment, in order, of the units that no layer has; integers ≥ 0 that sum to SHARE_TOTAL. */
  readonly split: readonly number[];
  /** Rising; absent: all units are divided by `split`, and each treatment has one slot. */
  readonly layers?: readonly Omit<AdmissionLayer, 'splits'>[];
  /** Indexes of treatments whose units are back in control; absent: none. */
  readonly withdrawn?: readonly number[];
}

/** A fixed range of buckets of one treatment: the first part serves the treatment, the rest control. */
export interface Slot {
  /** Index of the treatment. */
  readonly owner: number;
  readonly treatment: number;
  readonly control: number;
}

/**
 * The slots of an allocation, layer by layer in the order of its treatments; all parts together sum to SHARE_TOTAL.
 *
 * A slot's place and width depend on the layers alone, and its treatment part grows with coverage from the left, so raising
 * coverage moves units from control into treatment and never from one treatment into another; nor does a layer that is added
 * above the others. What no layer has is control, and is counted to the last slot.
 */
export function slotsOf({ coverage, split, layers, withdrawn = [] }: Allocation): readonly Slot[] {
  const slots: Slot[] = [];
  let start = 0;
  for (const layer of layers === undefined
    ? [{ through: SHARE_TOTAL, split }]
    : withLayer(layers, coverage, { split })) {
    const width = layer.through - start;
    const filled = Math.min(Math.max(coverage - start, 0), width);
    for (const [owner, slotWidth] of widthsIn(layer.split, width).entries()) {
      const treatment = withdrawn.includes(owner) ? 0 : Math.floor((slotWidth * filled) / width);
      slots.push({ owner, treatment, control: slotWidth - treatment });
    }
    start = layer.through;
  }
  const last = slots.at(-1)!;
  return slots.with(-1, { ...last, control: last.control + SHARE_TOTAL - start });
}

/** Most layers; the last of them takes all units that are left, so that lowered rules stay short. */
export const MAX_LAYERS = 64;

/** The layers after a move to a coverage: the units that it admits for the first time are divided by `shares`. */
export function withLayer(
  layers: readonly AdmissionLayer[],
  coverage: number,
  shares: LayerShares,
): readonly AdmissionLayer[] {
  if (layers.length > 0 && coverage <= layers.at(-1)!.through) return layers;
  const isFirst = layers.length === 0;
  const through = layers.length + 1 < MAX_LAYERS ? Math.max(coverage, isFirst ? 1 : 0) : SHARE_TOTAL;
  return [...layers, { through, ...shares }];
}

/** Widths of the slots of a layer, which together fill it. */
function widthsIn(split: readonly number[], width: number): readonly number[] {
  let [sum, before] = [0, 0];
  return split.map((share) => {
    sum += share;
    const edge = Math.floor((sum * width) / SHARE_TOTAL);
    const own = edge - before;
    before = edge;
    return own;
  });
}

/** Share of eligible units that the allocation gives to each treatment and, last, to control. */
export function intendedShares(allocation: Allocation): {
  readonly treatments: readonly number[];
  readonly control: number;
} {
  const treatments = allocation.split.map(() => 0);
  for (const { owner, treatment } of slotsOf(allocation)) treatments[owner]! += treatment;
  return { treatments, control: SHARE_TOTAL - treatments.reduce((sum, share) => sum + share, 0) };
}
