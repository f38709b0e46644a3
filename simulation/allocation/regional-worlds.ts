import type { AllocationWorld, Region } from './allocation-world.ts';

/** A country where nothing is done to errors, with the factors on purchases of treatments a, b, c. */
const country = (name: string, share: number, purchases: number, factors: readonly number[]): Region => ({
  country: name,
  share,
  purchases,
  effects: Object.fromEntries(factors.map((factor, k) => [NAMES[k]!, { purchases: factor, errors: 1 }])),
});

const NAMES = ['a', 'b', 'c'];

/** On the average of all countries: what those who cannot tell them apart see. */
function world(name: string, regions: readonly Region[]): AllocationWorld {
  const usual = regions.reduce((sum, region) => sum + region.share * region.purchases, 0);
  const variants = Object.keys(regions[0]!.effects);
  const factorOf = (variant: string) =>
    regions.reduce((sum, { share, purchases, effects }) => sum + share * purchases * effects[variant]!.purchases, 0);
  const treatments = variants.map((variant) => ({ variant, purchases: factorOf(variant) / usual, errors: 1 }));
  return { name, treatments, regions };
}

const EVERYWHERE = [
  ['DE', 0.4, 0.03],
  ['US', 0.3, 0.05],
  ['JP', 0.2, 0.08],
  ['BR', 0.1, 0.04],
] as const;

const everywhere = (factors: readonly number[]) =>
  EVERYWHERE.map(([name, share, purchases]) => country(name, share, purchases, factors));

const HARMFUL_IN_JP: Region = {
  country: 'JP',
  share: 0.2,
  purchases: 0.05,
  effects: {
    a: { purchases: 1, errors: 1 },
    b: { purchases: 1.1, errors: 1 },
    c: { purchases: 1.2, errors: 1.6 },
  },
};

/** Worlds in which parts of the traffic may want different treatments: first those where they do, then those where they do not. */
export const REGIONAL_WORLDS: readonly AllocationWorld[] = [
  world('2 treatments, each the best for one half', [
    country('DE', 0.5, 0.05, [1.25, 1]),
    country('US', 0.5, 0.05, [0.9, 1.15]),
  ]),
  world('3 treatments, the best for most is the worst for a fifth', [
    country('DE', 0.4, 0.05, [1, 1.05, 1.2]),
    country('US', 0.4, 0.05, [1, 1.05, 1.2]),
    country('JP', 0.2, 0.05, [1, 1.05, 0.7]),
  ]),
  world('3 treatments, four countries of two tastes and with levels of their own', [
    country('DE', 0.4, 0.03, [1.25, 1, 0.9]),
    country('US', 0.3, 0.05, [0.9, 1, 1.25]),
    country('JP', 0.2, 0.08, [1.25, 1, 0.9]),
    country('BR', 0.1, 0.04, [0.9, 1, 1.25]),
  ]),
  world('3 treatments, each the best somewhere', [
    country('DE', 0.4, 0.05, [1.3, 1, 1]),
    country('US', 0.3, 0.05, [1, 1.3, 1]),
    country('JP', 0.3, 0.05, [1, 1, 1.3]),
  ]),
  world('3 treatments, different tastes, and one that is harmful in one country', [
    country('DE', 0.4, 0.05, [1.2, 1, 0.9]),
    country('US', 0.4, 0.05, [0.9, 1, 1.2]),
    HARMFUL_IN_JP,
  ]),
  world('3 treatments, one 25 % ahead everywhere', everywhere([1, 1, 1.25])),
  world('3 treatments, one 10 % ahead everywhere', everywhere([1, 1, 1.1])),
  world('3 treatments, one ahead everywhere, but not by the same', [
    country('DE', 0.5, 0.05, [1, 1, 1.3]),
    country('US', 0.5, 0.05, [1, 1, 1.05]),
  ]),
  world('3 treatments, all equal everywhere', everywhere([1, 1, 1])),
];
