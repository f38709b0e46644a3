import { addVariants, type ClosedWindow, type VariantWindow } from '../../domain/index.ts';
import { volumeFactors } from '../../models/index.ts';

/** Most sources that are told apart; those beyond count together. */
const MAX_SOURCES = 20;

/** Name of all sources that are one too many. */
const OTHER_SOURCES = '(others)';

/** What one source showed. */
export interface CountedSource {
  readonly source: string;
  /** Each of its units counts this much, in (0, 1], so that it cannot drown the others. */
  readonly factor: number;
  readonly variants: Readonly<Record<string, VariantWindow>>;
}

/** A closed window with all sources that count added up. */
export interface SummedWindow extends Omit<ClosedWindow, 'sources'> {
  readonly variants: Readonly<Record<string, VariantWindow>>;
  readonly sources: readonly CountedSource[];
  readonly reports: number;
  /** Largest distance of any source's clock from the database's, and whose it is; null when none says. */
  readonly clockSkew: { readonly source: string; readonly ms: number } | null;
}

/** Adds up the sources of a window, without the excluded ones; `known` are those that are told apart already. */
export function sumSources(
  { sources, ...window }: ClosedWindow,
  { known, excluded }: { readonly known: readonly string[]; readonly excluded: readonly string[] },
): SummedWindow {
  const counted = Object.entries(sources)
    .filter(([source]) => !excluded.includes(source))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const grouped = new Map<string, Readonly<Record<string, VariantWindow>>>();
  const names = new Set(known);
  for (const [source, { variants }] of counted) {
    if (names.size < MAX_SOURCES) names.add(source);
    const name = names.has(source) ? source : OTHER_SOURCES;
    const before = grouped.get(name);
    grouped.set(name, before === undefined ? variants : addVariants(before, variants));
  }
  const factors = volumeFactors([...grouped.values()].map(volumeOf));
  const [first, ...others] = grouped.values();
  return {
    ...window,
    variants: others.reduce(addVariants, first ?? {}),
    sources: [...grouped].map(([source, part], index) => ({ source, factor: factors[index]!, variants: part })),
    reports: counted.reduce((sum, [, { reports }]) => sum + reports, 0),
    clockSkew: largestSkew(counted),
  };
}

function volumeOf(variants: Readonly<Record<string, VariantWindow>>): number {
  return Object.values(variants).reduce((sum, { units }) => sum + units, 0);
}

function largestSkew(
  sources: readonly (readonly [string, ClosedWindow['sources'][string]])[],
): SummedWindow['clockSkew'] {
  let largest: SummedWindow['clockSkew'] = null;
  for (const [source, { clockSkewMs }] of sources) {
    if (clockSkewMs !== null && clockSkewMs > (largest?.ms ?? -1)) largest = { source, ms: clockSkewMs };
  }
  return largest;
}
