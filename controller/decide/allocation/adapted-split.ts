import { integerShares, type Reason, SHARE_TOTAL } from '../../../domain/index.ts';
import { proposeSplit, seedOf, stratifiedBeliefs } from '../../../models/index.ts';
import type { Situation } from '../observation.ts';
import { percent } from '../words.ts';
import type { AllocationEvidence } from './allocation-state.ts';
import { armsOf } from './arms.ts';
import { baseOf, objectivesOf, worthOf } from './objectives.ts';
import type { Unfair } from './segment-fairness.ts';

/** How new units are to be divided, and how that came about. */
export interface Chosen {
  /** Of all treatments of the plan, integers out of SHARE_TOTAL. */
  readonly split: readonly number[];
  readonly reason: Reason;
  readonly isNew: boolean;
  readonly seed?: number;
  readonly bestProbabilities?: readonly number[];
  readonly raw?: readonly number[];
  readonly capped?: readonly string[];
}

/** What top-two sampling, floors, movement and fairness come to. */
export function adaptedSplit(
  situation: Situation,
  evidence: AllocationEvidence,
  { before, unfair }: { readonly before: readonly number[]; readonly unfair: readonly Unfair[] },
): Chosen {
  const { observation } = situation;
  const { definition, state } = observation.rollout;
  const { floor, maxMove } = definition.allocation!;
  const { live, variants } = armsOf(definition, state.admission);
  const objectives = objectivesOf(definition).map((objective) => {
    const name = objective.metric.metric;
    const base = baseOf(objective.metric, evidence.bases[name]!);
    const strata = evidence.strata.map(({ sums }) => live.map((k) => sums[name]![k]!));
    return { worth: worthOf(objective, base), means: stratifiedBeliefs(base, strata, live.length) };
  });
  const seed = seedOf(definition.rollout, state.generation, observation.closedThroughMs, 'allocation');
  const answer = proposeSplit({
    objectives,
    seed,
    before: live.map((k) => before[k]! / SHARE_TOTAL),
    floor: floor / SHARE_TOTAL,
    maxMove: maxMove / SHARE_TOTAL,
    capped: live.flatMap((k, place) => (unfair.some(({ variant }) => variant === variants[k]) ? [place] : [])),
  });
  const spread = (values: readonly number[]) =>
    definition.treatments.map((_, k) => (live.includes(k) ? values[live.indexOf(k)]! : 0));
  const split = integerShares(spread(answer.shares));
  const bestProbabilities = spread(answer.bestProbabilities);
  const likely = live.map((k) => `"${variants[k]}" ${percent(bestProbabilities[k]!)}`).join(', ');
  const caps = unfair.map(({ variant, segment }) => `; "${variant}" may not rise, for it may do harm where ${segment}`);
  const message = `new units are divided ${inWords(variants, split)} (${inWords(variants, before)} before): probability of being the best ${likely}${caps.join('')}`;
  return {
    split,
    isNew: true,
    reason: { code: 'splitAdapted', message },
    seed,
    bestProbabilities,
    raw: spread(answer.raw),
    capped: unfair.map(({ variant }) => variant),
  };
}

/** A split by names, in per cent. */
export function inWords(variants: readonly string[], split: readonly number[]): string {
  return split.map((share, k) => `"${variants[k]}" ${percent(share / SHARE_TOTAL)}`).join(', ');
}
