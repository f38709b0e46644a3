import { integerShares, SHARE_TOTAL } from '../../../domain/index.ts';
import { type AllocationBelief, proposeSplit, SECOND_SHARE, seedOf } from '../../../models/index.ts';
import type { Situation } from '../observation.ts';
import { armsOf } from './arms.ts';

/** Units that are to be divided anew; shares are integers out of SHARE_TOTAL, of all treatments of the plan. */
export interface UnitsToDivide {
  readonly beliefs: readonly AllocationBelief[];
  readonly before: readonly number[];
  /** Treatments that may not rise. */
  readonly capped: readonly string[];
  /** Shares that none may differ from by more than `within`; absent: there are none. */
  readonly near?: { readonly shares: readonly number[]; readonly within: number };
  /** Name of the leaf; absent: all units. */
  readonly leaf?: string;
}

/** A split that was drawn, and how it came about. */
export interface DrawnSplit {
  readonly split: readonly number[];
  readonly seed: number;
  readonly bestProbabilities: readonly number[];
  readonly raw: readonly number[];
}

/** What top-two sampling, floors, movement and fairness come to; treatments that are withdrawn get nothing. */
export function drawSplit({ observation }: Situation, asked: UnitsToDivide): DrawnSplit {
  const { definition, state } = observation.rollout;
  const { floor, maxMove } = definition.allocation!;
  const { live, variants } = armsOf(definition, state.admission);
  const { beliefs, before, capped, near, leaf } = asked;
  const named = leaf === undefined ? [] : [leaf];
  const seed = seedOf(definition.rollout, state.generation, observation.closedThroughMs, 'allocation', ...named);
  const probabilities = (shares: readonly number[]) => live.map((k) => shares[k]! / SHARE_TOTAL);
  const answer = proposeSplit({
    objectives: beliefs,
    seed,
    // All units together find out which is the best; a leaf, which may differ by little, makes use of it.
    secondShare: leaf === undefined ? SECOND_SHARE : 0,
    before: probabilities(before),
    floor: floor / SHARE_TOTAL,
    maxMove: maxMove / SHARE_TOTAL,
    capped: live.flatMap((k, place) => (capped.includes(variants[k]!) ? [place] : [])),
    ...(near && { near: { shares: probabilities(near.shares), within: near.within / SHARE_TOTAL } }),
  });
  const spread = (values: readonly number[]) =>
    definition.treatments.map((_, k) => (live.includes(k) ? values[live.indexOf(k)]! : 0));
  return {
    split: integerShares(spread(answer.shares)),
    seed,
    bestProbabilities: spread(answer.bestProbabilities),
    raw: spread(answer.raw),
  };
}
