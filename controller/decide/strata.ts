import {
  type Admission,
  addVariant,
  allocationAt,
  intendedShares,
  isDividedByLeaf,
  type RolloutDefinition,
  type VariantPart,
  type VariantWindow,
} from '../../domain/index.ts';
import { ownEntry } from './read-window.ts';
import type { CountedSource, SummedWindow } from './sum-sources.ts';

/** Units of a window among whom an allocation is constant: sides are compared inside a stratum, never across. */
export interface Stratum {
  /** The leaf; undefined where all units are treated alike. */
  readonly leaf: string | undefined;
  /** Shares of its eligible units, integers out of SHARE_TOTAL. */
  readonly intended: ReturnType<typeof intendedShares>;
  /** All sources added up. */
  readonly variants: Readonly<Record<string, VariantPart>>;
  readonly sources: readonly (Omit<CountedSource, 'variants'> & Pick<Stratum, 'variants'>)[];
}

/**
 * The window with nothing but what was told by leaf, where leaves have splits of their own.
 *
 * A source that does not tell leaves is as good as silent then: its units could be compared with nobody, and a ramp must not
 * take them for evidence.
 */
export function toldByLeaf(admission: Admission | undefined, window: SummedWindow): SummedWindow {
  if (!isDividedByLeaf(admission, window.coverage)) return window;
  const sources = window.sources.map((source) => ({ ...source, variants: sumsOfLeaves(source.variants) }));
  return { ...window, variants: sumsOfLeaves(window.variants), sources };
}

function sumsOfLeaves(variants: Readonly<Record<string, VariantWindow>>): Readonly<Record<string, VariantWindow>> {
  const sums = Object.entries(variants).flatMap(([variant, { leaves = {} }]) => {
    const [first, ...others] = Object.values(leaves);
    return first === undefined
      ? []
      : [[variant, { ...others.reduce<VariantPart>(addVariant, first), leaves }] as const];
  });
  return Object.fromEntries(sums);
}

/**
 * The strata of a window: all of it, or its leaves where these have splits of their own.
 *
 * A leaf has more of one treatment than another leaf, and leaves differ: added up, their treatments could not be compared.
 */
export function strataOf(
  definition: RolloutDefinition,
  admission: Admission | undefined,
  { coverage, variants, sources }: Pick<SummedWindow, 'coverage' | 'variants' | 'sources'>,
): readonly Stratum[] {
  const intendedIn = (leaf?: string) => intendedShares(allocationAt(definition, coverage, admission, leaf));
  if (!isDividedByLeaf(admission, coverage)) {
    return [{ leaf: undefined, intended: intendedIn(), variants, sources }];
  }
  // The names in the window: a leaf may have been divided since.
  const leaves = new Set(Object.values(variants).flatMap((shown) => Object.keys(shown.leaves ?? {})));
  return [...leaves].sort().map((leaf) => ({
    leaf,
    intended: intendedIn(leaf),
    variants: partsIn(leaf, variants),
    sources: sources.map((source) => ({ ...source, variants: partsIn(leaf, source.variants) })),
  }));
}

function partsIn(leaf: string, variants: Readonly<Record<string, VariantWindow>>): Stratum['variants'] {
  const parts = Object.entries(variants).flatMap(([variant, shown]) => {
    const part = ownEntry(shown.leaves, leaf);
    return part === undefined ? [] : [[variant, part] as const];
  });
  return Object.fromEntries(parts);
}
