import type { FlagDefinition, JsonObject, JsonValue } from '../domain/index.ts';
import type { VariantNames } from './variant-names.ts';

/** What is served to whom: the first branch whose condition holds. */
export interface Branch {
  readonly when: JsonValue;
  /** The name of a variant, or a rule that yields one. */
  readonly serve: JsonValue;
}

/** An enabled flag that serves the first branch that applies, and `otherwise` to everybody else; null: the caller's own default. */
export function definitionOf(
  names: VariantNames,
  branches: readonly Branch[],
  otherwise: JsonValue,
  fallback?: string,
): FlagDefinition {
  const chain = targetingOf(branches, otherwise);
  const defaultVariant = typeof chain.otherwise === 'string' ? chain.otherwise : (fallback ?? null);
  return {
    state: 'ENABLED',
    variants: names.variants,
    defaultVariant,
    ...(chain.targeting === undefined ? {} : { targeting: chain.targeting }),
  };
}

interface Chain {
  readonly targeting?: JsonObject;
  readonly otherwise: JsonValue;
}

/** A variant that everybody else gets is the flag's default; only what has to be computed stands in the targeting. */
function targetingOf(branches: readonly Branch[], otherwise: JsonValue): Chain {
  const open = branches.filter(({ when }) => when !== false);
  const certain = open.findIndex(({ when }) => when === true);
  const last = certain === -1 ? otherwise : open[certain]!.serve;
  const pairs = open.slice(0, certain === -1 ? open.length : certain).flatMap(({ when, serve }) => [when, serve]);
  const isPlain = last === null || typeof last === 'string';
  if (pairs.length === 0) return isPlain ? { otherwise: last } : { otherwise: null, targeting: last as JsonObject };
  return { otherwise: isPlain ? last : null, targeting: { if: isPlain ? pairs : [...pairs, last] } };
}
