import {
  type AdmissionTree,
  type Leaf,
  type LeafChoice,
  SHARE_TOTAL,
  segmentOf,
  splitInForce,
} from '../../../domain/index.ts';
import type { Situation } from '../observation.ts';
import type { Chosen } from './adapted-split.ts';
import type { AllocationEvidence } from './allocation-state.ts';
import { armsOf } from './arms.ts';
import { beliefsIn } from './beliefs.ts';
import { chosenShares } from './chosen-shares.ts';
import { type DrawnSplit, drawSplit } from './draw-split.ts';
import { grownTree } from './grow-tree.ts';
import type { Unfair } from './segment-fairness.ts';

/** The leaves of a decision. */
export interface LeafSplits {
  readonly tree: AdmissionTree;
  readonly leaves: readonly LeafChoice[];
}

/** Most that the share of a treatment in a leaf may differ from that for all: no part of the traffic is treated too unlike another. */
const MAX_DISTANCE = 10_000;

/** How the units of each leaf are divided where all are divided as chosen; undefined while there is no leaf. */
export function leafSplits(
  situation: Situation,
  evidence: AllocationEvidence,
  chosen: Chosen,
  unfair: readonly Unfair[],
): LeafSplits | undefined {
  const { rollout } = situation.observation;
  const { definition, state } = rollout;
  const { live } = armsOf(definition, state.admission);
  const known = { definition, evidence, live };
  const tree = chosen.isNew ? grownTree(known, state.admission?.tree) : state.admission?.tree;
  if (tree === undefined) return undefined;
  const leaves = tree.leaves.map((leaf): LeafChoice => {
    const before = splitInForce(rollout, leaf.leaf);
    if (!chosen.isNew) return { ...leaf, treatments: chosenShares(definition, { split: before, before }) };
    const capped = unfair.filter((one) => isIn(leaf, tree, one)).map(({ variant }) => variant);
    const drawn = drawSplit(situation, {
      beliefs: beliefsIn(known, leaf.values),
      before,
      capped,
      near: { shares: chosen.split, within: MAX_DISTANCE },
      leaf: leaf.leaf,
    });
    const split =
      chosen.winner === undefined ? drawn.split : besideWinner(situation, chosen, { drawn, before, capped });
    return { ...leaf, seed: drawn.seed, treatments: chosenShares(definition, { ...drawn, split, before, capped }) };
  });
  return { tree, leaves };
}

/** Harm that concerns a leaf: in one of its values, or in a segment that goes across. */
function isIn({ values }: Leaf, { attribute }: AdmissionTree, { segment }: Unfair): boolean {
  const isAcross = !segment.startsWith(segmentOf(attribute, ''));
  return isAcross || values.some((value) => segmentOf(attribute, value) === segment);
}

/** Where another treatment is more likely the best in the leaf than not, it goes on getting as much as a leaf may differ. */
function besideWinner(
  { observation }: Situation,
  { split, winner }: Chosen,
  {
    drawn: { bestProbabilities },
    before,
    capped,
  }: { readonly drawn: DrawnSplit; readonly before: readonly number[]; readonly capped: readonly string[] },
): readonly number[] {
  const names = observation.rollout.definition.treatments.map(({ variant }) => variant);
  const other = bestProbabilities.findIndex((probability, k) => names[k] !== winner && probability > 0.5);
  if (other === -1) return split;
  const share = capped.includes(names[other]!) ? Math.min(before[other]!, MAX_DISTANCE) : MAX_DISTANCE;
  return names.map((name, k) => (k === other ? share : name === winner ? SHARE_TOTAL - share : 0));
}
