import { qualitativeInteraction } from './qualitative-interaction.ts';

/** What is believed of the utility of each arm among the units with one value of an attribute. */
export interface ValueUtilities {
  readonly value: string;
  readonly arms: readonly {
    readonly units: number;
    readonly mean: number;
    readonly variance: number;
  }[];
}

/** When values are treated apart. */
export interface DivisionLimits {
  /** Units of all arms that each half needs. */
  readonly minUnits: number;
  /** Probability with which values are divided at one look that need not be, in (0, 1). */
  readonly alpha: number;
}

/** Units of every arm below which a value is not known well enough to be named. */
const MIN_UNITS_PER_ARM = 100;

/**
 * Two groups of values in which different arms are better; undefined where the data do not demand any.
 *
 * For each pair of arms the values are grouped by the one that is ahead, and of all pairs the one that is most surely at odds is
 * taken, with Bonferroni over pairs. Arms that only differ in how much they are better are no reason: one split serves both groups.
 */
export function divideValues(
  values: readonly ValueUtilities[],
  { minUnits, alpha }: DivisionLimits,
): readonly [readonly string[], readonly string[]] | undefined {
  const known = values.filter(({ arms }) => arms.every(({ units }) => units >= MIN_UNITS_PER_ARM));
  const count = known[0]?.arms.length ?? 0;
  const pairs = Array.from({ length: count }, (_, j) => j).flatMap((j) =>
    Array.from({ length: count - j - 1 }, (_, index) => ({ j, k: j + 1 + index })),
  );
  const candidates = pairs.flatMap(({ j, k }) => {
    const differences = known.map(({ arms }) => ({
      difference: arms[j]!.mean - arms[k]!.mean,
      standardError: Math.sqrt(arms[j]!.variance + arms[k]!.variance),
    }));
    const half = (isAhead: boolean) => known.filter((_, index) => differences[index]!.difference > 0 === isAhead);
    const halves = [half(true), half(false)] as const;
    const isLarge = halves.every((group) => unitsOf(group) >= minUnits);
    return isLarge ? [{ halves, p: qualitativeInteraction(differences) }] : [];
  });
  const surest = candidates.toSorted((one, other) => one.p - other.p)[0];
  if (surest === undefined || surest.p * pairs.length > alpha) return undefined;
  const namesOf = (group: readonly ValueUtilities[]) => group.map(({ value }) => value).sort();
  return [namesOf(surest.halves[0]), namesOf(surest.halves[1])];
}

function unitsOf(group: readonly ValueUtilities[]): number {
  return group.reduce((sum, { arms }) => arms.reduce((total, { units }) => total + units, sum), 0);
}
