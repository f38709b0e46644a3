import { type Admission, type LayerShares, SHARE_TOTAL, withLayer } from './allocation.ts';
import { leavesOf, REST, splitFor } from './leaves.ts';
import type { RolloutDefinition, RolloutState } from './rollout.ts';

/** What is known of a rollout that says how it admits units. */
interface Admitting {
  readonly definition: Pick<RolloutDefinition, 'treatments' | 'allocation'>;
  readonly state: Pick<RolloutState, 'admission'>;
}

/** Whether new units may be divided by another split than those before them. */
export function isAdaptive({ allocation }: Pick<RolloutDefinition, 'allocation'>): boolean {
  return allocation?.policy === 'adaptive';
}

/** The admission after a person's move to a coverage; undefined where the split is fixed. */
export function admissionAt(rollout: Admitting, coverage: number): Admission | undefined {
  if (!isAdaptive(rollout.definition)) return undefined;
  const before = rollout.state.admission ?? { layers: [], withdrawn: [] };
  return { ...before, layers: withLayer(before.layers, coverage, sharesInForce(rollout)) };
}

/** How units would be divided that are admitted now. */
export function sharesInForce(rollout: Admitting): LayerShares {
  const { admission } = rollout.state;
  const split = splitInForce(rollout);
  if (admission?.tree === undefined) return { split };
  const leaves = leavesOf(admission).filter((leaf) => leaf !== REST);
  return { split, splits: Object.fromEntries(leaves.map((leaf) => [leaf, splitInForce(rollout, leaf)])) };
}

/**
 * The split of the newest layer, or of the plan before there is one, among the treatments that are not withdrawn.
 *
 * A leaf that gave units to a withdrawn treatment begins anew with the split of all: shared out one by one, leaves would drift apart.
 */
export function splitInForce(
  { definition: { treatments }, state: { admission } }: Admitting,
  leaf = REST,
): readonly number[] {
  const newest = admission?.layers.at(-1);
  const split = newest?.split ?? treatments.map((treatment) => treatment.split);
  const live = treatments.map(({ variant }) => !(admission?.withdrawn.includes(variant) ?? false));
  const own = newest === undefined ? split : splitFor(newest, leaf);
  if (own.every((share, index) => live[index] || share === 0)) return own;
  return amongLive(split, live);
}

function amongLive(split: readonly number[], live: readonly boolean[]): readonly number[] {
  const kept = split.map((share, index) => (live[index] ? share : 0));
  const total = kept.reduce((sum, share) => sum + share, 0);
  const count = live.filter(Boolean).length;
  if (count === 0) return split;
  return integerShares(kept.map((share, index) => (live[index] ? (total === 0 ? 1 / count : share / total) : 0)));
}

/** Integers out of SHARE_TOTAL nearest to shares that sum to 1, by the largest remainder; of equal ones the first. */
export function integerShares(shares: readonly number[]): readonly number[] {
  const exact = shares.map((share) => share * SHARE_TOTAL);
  const integers = exact.map(Math.floor);
  const missing = SHARE_TOTAL - integers.reduce((sum, share) => sum + share, 0);
  const byRemainder = exact
    .map((share, index) => ({ index, remainder: share - Math.floor(share) }))
    .sort((one, other) => other.remainder - one.remainder || one.index - other.index);
  for (const { index } of byRemainder.slice(0, missing)) integers[index]! += 1;
  return integers;
}
