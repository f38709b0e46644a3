import {
  type AllocationChoice,
  admissionAt,
  type Decision,
  integerShares,
  isAdaptive,
  type Reason,
  SHARE_TOTAL,
  splitInForce,
  withLayer,
} from '../../../domain/index.ts';
import { ALLOCATION_DRAWS, proposeSplit, seedOf, stratifiedBeliefs } from '../../../models/index.ts';
import type { Situation } from '../observation.ts';
import { percent, powerOfTen, span } from '../words.ts';
import { type AllocationEvidence, isScaleKnown } from './allocation-evidence.ts';
import { armsOf } from './arms.ts';
import { baseOf, objectivesOf, worthOf } from './objectives.ts';
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
  const { split, reason, isNew, ...how } = chosenSplit(situation, allocation);
  const choice = choiceOf(situation, decision, split, how);
  const made = { ...decision, allocation: choice, reasons: [...decision.reasons, ...told, reason] };
  return isNew ? { decision: made, splitAtMs: situation.observation.nowMs } : { decision: made };
}

interface Chosen {
  /** Of all treatments of the plan, integers out of SHARE_TOTAL. */
  readonly split: readonly number[];
  readonly reason: Reason;
  readonly isNew: boolean;
  readonly seed?: number;
  readonly bestProbabilities?: readonly number[];
  readonly raw?: readonly number[];
  readonly capped?: readonly string[];
}

function chosenSplit(situation: Situation, evidence: AllocationEvidence): Chosen {
  const { definition, state } = situation.observation.rollout;
  const before = splitInForce(situation.observation.rollout);
  const { live, variants } = armsOf(definition, state.admission);
  const kept = (why: string): Chosen => ({
    split: before,
    isNew: false,
    reason: { code: 'splitKept', message: `new units are divided as before, ${inWords(variants, before)}: ${why}` },
  });
  if (live.length < 2) return kept('one treatment is left');
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

function adaptedSplit(
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

/** What is to be known beside every decision once a best treatment was found. */
function bestReasons({ observation }: Situation, { best, peaks }: AllocationEvidence): readonly Reason[] {
  if (best === null) return [];
  const { definition, state } = observation.rollout;
  const { variants, live } = armsOf(definition, state.admission);
  const k = variants.indexOf(best.variant);
  if (!live.includes(k)) return [];
  const against = live.filter((j) => j !== k).map((j) => peaks[k]![j]! / Math.LN10);
  const { alpha, onBest } = definition.allocation!;
  const line = powerOfTen(Math.log10(definition.treatments.length / alpha));
  const level = against.length === 0 ? '' : `, evidence ${powerOfTen(Math.min(...against))} or more, line ${line}`;
  const then = onBest === 'winnerTakesNew' ? 'it takes all new units, unless a segment speaks against it; ' : '';
  return [
    {
      code: 'bestTreatment',
      message: `"${best.variant}" is better than every other treatment${level}, found at ${new Date(best.atMs).toISOString()}; ${then}units of the others keep what they have until a new rollout of "${best.variant}" moves them`,
    },
  ];
}

function inWords(variants: readonly string[], split: readonly number[]): string {
  return split.map((share, k) => `"${variants[k]}" ${percent(share / SHARE_TOTAL)}`).join(', ');
}
