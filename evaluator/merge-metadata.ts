import type { FlagMetadata } from '../domain/index.ts';

/** The base with the entries of `over` written upon it; entries that are no string, number or boolean are left out. */
export function mergeMetadata(base: FlagMetadata, over: unknown): FlagMetadata {
  if (typeof over !== 'object' || over === null || Array.isArray(over)) return base;
  const usable = Object.entries(over).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value));
  return Object.freeze(Object.fromEntries([...Object.entries(base), ...usable]));
}
