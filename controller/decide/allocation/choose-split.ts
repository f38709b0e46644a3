import {
  type AllocationChoice,
  admissionAt,
  type Decision,
  isAdaptive,
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
import { treatmentsThatMayNotRise } from './segment-fairness.ts';

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
  const { split, reason, isNew, ...how } = chosenSplit(situation, allocation, decision.coverage);
  const choice = choiceOf(situation, decision, split, how);
  const made = { ...decision, allocation: choice, reasons: [...decision.reasons, ...told, reason] };
  return isNew ? { decision: made, splitAtMs: situation.observation.nowMs } : { decision: made };
}

function chosenSplit(situation: Situation, evidence: AllocationEvidence, coverage: number): Chosen {
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
  const unfair = treatmentsThatMayNotRise(situation);
  const { best } = evidence;
  const mayTakeAll =
    live.some((k) => variants[k] === best?.variant) && !unfair.some(({ variant }) => variant === best?.variant);
  if (best !== null && mayTakeAll && definition.allocation!.onBest === 'winnerTakesNew') {
    const split = variants.slice(0, -1).map((variant) => (variant === best.variant ? SHARE_TOTAL : 0));
    const message = `new units are divided ${inWords(variants, split)}: "${best.variant}" was found to be the best`;
    return { split, isNew: true, reason: { code: 'splitAdapted', message } };
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
  { observation }: Situation,
  { coverage }: Decision,
  split: readonly number[],
  { seed, bestProbabilities, raw, capped = [] }: Pick<Chosen, 'seed' | 'bestProbabilities' | 'raw' | 'capped'>,
): AllocationChoice {
  const { rollout } = observation;
  const before = splitInForce(rollout);
  const { layers, withdrawn } = rollout.state.admission ?? admissionAt(rollout, rollout.state.coverage)!;
  return {
    admission: { layers: withLayer(layers, coverage, split), withdrawn },
    ...(seed === undefined ? {} : { seed, draws: ALLOCATION_DRAWS }),
    treatments: rollout.definition.treatments.map(({ variant }, k) => ({
      variant,
      share: split[k]!,
      before: before[k]!,
      bestProbability: bestProbabilities?.[k] ?? null,
      raw: raw?.[k] ?? null,
      isCapped: capped.includes(variant),
    })),
  };
}
