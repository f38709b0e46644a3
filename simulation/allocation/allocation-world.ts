/** What one treatment does to its units, as factors on what is usual. */
export interface TreatmentEffect {
  readonly variant: string;
  readonly purchases: number;
  readonly errors: number;
  /** Factor on errors in the smaller of both segments only. */
  readonly errorsInSmall?: number;
}

/** A service with several treatments beside control. */
export interface AllocationWorld {
  readonly name: string;
  readonly treatments: readonly TreatmentEffect[];
  /** Countries in which treatments may do other things than on the average; absent: all units are alike. */
  readonly regions?: readonly Region[];
}

/** The units of one country. */
export interface Region {
  readonly country: string;
  /** Of all units, in (0, 1]. */
  readonly share: number;
  /** Purchases of a unit that nothing is done to. */
  readonly purchases: number;
  /** By treatment. */
  readonly effects: Readonly<Record<string, Pick<TreatmentEffect, 'purchases' | 'errors'>>>;
}

const harmless = (variant: string, purchases: number): TreatmentEffect => ({ variant, purchases, errors: 1 });

/** Names of up to five treatments. */
const NAMES = ['a', 'b', 'c', 'd', 'e'];

const among = (count: number, name: string, effectOf: (k: number) => number): AllocationWorld => ({
  name: `${count} treatments, ${name}`,
  treatments: NAMES.slice(0, count).map((variant, k) => harmless(variant, effectOf(k))),
});

/** What is good for most breaks something for a seventh of them. */
const HARMFUL_IN_ONE_SEGMENT: AllocationWorld = {
  name: '3 treatments, the best is harmful in one segment',
  treatments: [harmless('a', 1), harmless('b', 1.05), { variant: 'c', purchases: 1.15, errors: 1, errorsInSmall: 1.6 }],
};

/** Worlds in which an allocation shows what it can do, and what it must not: two, three and five treatments. */
export const ALLOCATION_WORLDS: readonly AllocationWorld[] = [2, 3, 5]
  .flatMap((count) => [
    among(count, 'one far ahead', (k) => (k === count - 1 ? 1.25 : 1)),
    among(count, 'one narrowly ahead', (k) => (k === count - 1 ? 1.1 : 1)),
    among(count, 'all equal', () => 1),
  ])
  .concat([
    {
      name: '3 treatments, one far behind',
      treatments: [harmless('a', 1), harmless('b', 1.1), harmless('c', 0.7)],
    },
    HARMFUL_IN_ONE_SEGMENT,
    {
      name: '3 treatments, one with twice the errors',
      treatments: [harmless('a', 1), harmless('b', 1.1), { variant: 'c', purchases: 1.2, errors: 2 }],
    },
  ]);

/** Purchases and errors of a unit that nothing is done to. */
export const ALLOCATION_BASE = { purchases: 0.05, errors: 0.01 };

/** Share of the smaller segment. */
export const SMALL_SEGMENT = 1 / 7;

/** The treatment with the most purchases among those that break nothing for everybody; undefined where several have. */
export function bestOf(world: AllocationWorld): string | undefined {
  const best = world.treatments.filter(({ purchases, errors }) => errors === 1 && purchases === mostPurchases(world));
  return best.length === 1 ? best[0]!.variant : undefined;
}

/** The factor on purchases of the best treatment. */
export function mostPurchases({ treatments }: AllocationWorld): number {
  return Math.max(...treatments.filter(({ errors }) => errors === 1).map(({ purchases }) => purchases));
}
