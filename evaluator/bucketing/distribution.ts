import { elementAt } from '../rule/values.ts';

/** Variants and the buckets that belong to each: those below its upper bound and not below the one before. */
export interface Distribution {
  readonly variants: readonly (string | number | boolean | null)[];
  /** Cumulative weights, integers. */
  readonly upperBounds: readonly number[];
  readonly totalWeight: number;
}

const MAX_TOTAL_WEIGHT = 2 ** 31 - 1;

/**
 * Reads computed entries `[variant]` or `[variant, weight]`; a missing weight is 1, a negative one 0.
 *
 * Null for anything else: no entries, other variants than a string, number, boolean or null, weights that are no
 * integers, or weights that sum to 0 or to more than 2^31 - 1.
 */
export function distributionOf(entries: readonly unknown[]): Distribution | null {
  const variants: (string | number | boolean | null)[] = [];
  const upperBounds: number[] = [];
  let totalWeight = 0;
  for (const entry of entries) {
    if (!Array.isArray(entry) || entry.length < 1 || entry.length > 2) return null;
    const variant = elementAt(entry, 0);
    const weight = elementAt(entry, 1) ?? (entry.length === 1 ? 1 : null);
    if (!isVariantName(variant) || !Number.isInteger(weight)) return null;
    totalWeight += Math.max(0, weight as number);
    variants.push(variant);
    upperBounds.push(totalWeight);
  }
  return totalWeight > 0 && totalWeight <= MAX_TOTAL_WEIGHT ? { variants, upperBounds, totalWeight } : null;
}

/** The variant whose buckets the hash falls into (flagd core 0.15: bucket = hash × total weight >> 32). */
export function variantAt(distribution: Distribution, hash: number): string | number | boolean | null {
  const bucket = bucketOf(hash, distribution.totalWeight);
  let index = 0;
  while (bucket >= distribution.upperBounds[index]!) index++;
  return distribution.variants[index]!;
}

/** The bucket in [0, totalWeight) of an unsigned 32-bit hash, computed without leaving the integers that doubles hold. */
export function bucketOf(hash: number, totalWeight: number): number {
  if (totalWeight <= 2 ** 21) return Math.floor((hash * totalWeight) / 2 ** 32);
  const high = hash >>> 16;
  const low = hash & 0xffff;
  return Math.floor((high * totalWeight + Math.floor((low * totalWeight) / 65_536)) / 65_536);
}

function isVariantName(value: unknown): value is string | number | boolean | null {
  return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
