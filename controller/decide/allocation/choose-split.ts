import {
  type AllocationChoice,
  admissionAt,
  type Decision,
  isAdaptive,
  type Reason,
  SHARE_TOTAL,
  splitInForce,
  withLayer,
} from '../../../domain/index.ts';
import { ALLOCATION_DRAWS } from '../../../models/index.ts';
import type { Situation } from '../observation.ts';
import { span } from '../words.ts';
import { adaptedSplit, type Chosen, inWords } from './adapted-split.ts';
import { type AllocationEvidence, isScaleKnown } from './allocation-state.ts';
import { armsOf } from './arms.ts';
import { bestReasons } from './best-reasons.ts';
import { chosenShares } from './chosen-shares.ts';
import { type LeafSplits, leafSplits } from './leaf-splits.ts';
import { treatmentsThatMayNotRise, type Unfair } from './segment-fairness.ts';

/** A decision with the split of the units that it admits, and when that split was decided. */
export interface Allocated {
  readonly decision: Decision;
  /** Absent: the split is that of before. */
  readonly splitAtMs?: number;
}

/**
 * Adds to a ramp or completion how the units that it admits are divided; everything else passes as it is.
 *
 * The move itself has been decided: a split may only choose among treatments, within the plan's floors and limits, and moves nobody.
 */
export function withSplit(situation: Situation, decision: Decision): Allocated {
  const { definition } = situation.observation.rollout;
  const { allocation } = situation.evidence;
  if (!isAdaptive(definition) || allocation === undefined) return { decision };
  const told = bestReasons(situation, allocation);
  if (decision.action !== 'ramp' && decision.action !== 'complete')
    return { decision: { ...decision, reasons: [...decision.reasons, ...told] } };
  const unfair = treatmentsThatMayNotRise(situation);
  const chosen = chosenSplit(situation, allocation, { coverage: decision.coverage, unfair });
  const byLeaf = leafSplits(situation, allocation, chosen, unfair);
  const choice = choiceOf(situation, decision, chosen, byLeaf);
  const reason = withLeaves(chosen.reason, byLeaf);
  const made = { ...decision, allocation: choice, reasons: [...decision.reasons, ...told, reason] };
  return chosen.isNew ? { decision: made, splitAtMs: situation.observation.nowMs } : { decision: made };
}

function withLeaves({ message, ...reason }: Reason, byLeaf: LeafSplits | undefined): Reason {
  if (byLeaf === undefined) return { ...reason, message };
  const { attribute } = byLeaf.tree;
  const told = byLeaf.leaves.map(({ values, treatments }) => {
    const names = treatments.map(({ variant }) => variant);
    const shares = treatments.map(({ share }) => share);
    return `; where ${attribute} is ${values.join(' or ')} ${inWords(names, shares)}`;
  });
  return { ...reason, message: `${message}${told.join('')}` };
}

function chosenSplit(
  situation: Situation,
  evidence: AllocationEvidence,
  { coverage, unfair }: { readonly coverage: number; readonly unfair: readonly Unfair[] },
): Chosen {
  const { definition, state } = situation.observation.rollout;
  const before = splitInForce(situation.observation.rollout);
  const { live, variants } = armsOf(definition, state.admission);
  const kept = (why: string): Chosen => ({
    split: before,
    isNew: false,
    reason: { code: 'splitKept', message: `new units are divided as before, ${inWords(variants, before)}: ${why}` },
  });
  if (live.length < 2) return kept('one treatment is left');
  const { layers = [] } = state.admission ?? {};
  if (coverage <= (layers.at(-1)?.through ?? 0)) return kept('none of those up to there is without a treatment');
  const { best } = evidence;
  const mayTakeAll =
    live.some((k) => variants[k] === best?.variant) && !unfair.some(({ variant }) => variant === best?.variant);
  if (best !== null && mayTakeAll && definition.allocation!.onBest === 'winnerTakesNew') {
    const split = variants.slice(0, -1).map((variant) => (variant === best.variant ? SHARE_TOTAL : 0));
    const message = `new units are divided ${inWords(variants, split)}: "${best.variant}" was found to be the best`;
    return { split, isNew: true, winner: best.variant, reason: { code: 'splitAdapted', message } };
  }
  const tooSoon = whyTooSoon(situation, evidence);
  return tooSoon === undefined ? adaptedSplit(situation, evidence, { before, unfair }) : kept(tooSoon);
}

function whyTooSoon({ observation, assessment }: Situation, evidence: AllocationEvidence): string | undefined {
  const { nowMs, rollout } = observation;
  const { definition, state } = rollout;
  const { epochMs, minUnits } = definition.allocation!;
  const { live, variants } = armsOf(definition, state.admission);
  if (!isScaleKnown(evidence)) return 'control has had too few units to say how large the objectives are';
  const sinceMs = evidence.splitAtMs ?? state.startedAtMs ?? state.coverageSinceMs;
  if (nowMs < sinceMs + epochMs) return `a split holds for ${span(epochMs)} at least`;
  const few = live.find((k) => (assessment.units[variants[k]!] ?? 0) < minUnits);
  if (few === undefined) return undefined;
  const name = variants[few]!;
  return `"${name}" was seen by ${assessment.units[name] ?? 0} of the ${minUnits} units that another split needs`;
}

function choiceOf(
  { observation: { rollout } }: Situation,
  { coverage }: Decision,
  chosen: Chosen,
  byLeaf: LeafSplits | undefined,
): AllocationChoice {
  const { definition, state } = rollout;
  const { split, seed } = chosen;
  const admitted = state.admission ?? admissionAt(rollout, state.coverage)!;
  const splits = byLeaf?.leaves.map(({ leaf, treatments }) => [leaf, treatments.map(({ share }) => share)] as const);
  const shares = { split, ...(splits && { splits: Object.fromEntries(splits) }) };
  return {
    admission: {
      ...admitted,
      layers: withLayer(admitted.layers, coverage, shares),
      ...(byLeaf && { tree: byLeaf.tree }),
    },
    ...(seed === undefined ? {} : { seed, draws: ALLOCATION_DRAWS }),
    treatments: chosenShares(definition, { ...chosen, before: splitInForce(rollout) }),
    ...(byLeaf && { leaves: byLeaf.leaves }),
  };
}
