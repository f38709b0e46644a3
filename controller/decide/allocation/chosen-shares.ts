import type { ChosenShare, RolloutDefinition } from '../../../domain/index.ts';
import type { DrawnSplit } from './draw-split.ts';

/** Each treatment's part in a split, and what it comes from where that was drawn. */
export function chosenShares(
  { treatments }: Pick<RolloutDefinition, 'treatments'>,
  {
    split,
    before,
    bestProbabilities,
    raw,
    capped = [],
  }: Partial<DrawnSplit> & {
    readonly split: readonly number[];
    readonly before: readonly number[];
    readonly capped?: readonly string[];
  },
): readonly ChosenShare[] {
  return treatments.map(({ variant }, k) => ({
    variant,
    share: split[k]!,
    before: before[k]!,
    bestProbability: bestProbabilities?.[k] ?? null,
    raw: raw?.[k] ?? null,
    isCapped: capped.includes(variant),
  }));
}
