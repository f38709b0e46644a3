import { type Reason, SHARE_TOTAL } from '../../../domain/index.ts';
import type { Situation } from '../observation.ts';
import { percent } from '../words.ts';
import type { AllocationEvidence } from './allocation-state.ts';
import { armsOf } from './arms.ts';
import { beliefsOfAll } from './beliefs.ts';
import { type DrawnSplit, drawSplit } from './draw-split.ts';
import type { Unfair } from './segment-fairness.ts';

/** How new units are to be divided, and how that came about. */
export interface Chosen extends Partial<Omit<DrawnSplit, 'split'>> {
  /** Of all treatments of the plan, integers out of SHARE_TOTAL. */
  readonly split: readonly number[];
  readonly reason: Reason;
  readonly isNew: boolean;
  readonly capped?: readonly string[];
  /** The treatment that takes all new units. */
  readonly winner?: string;
}

/** What top-two sampling, floors, movement and fairness come to. */
export function adaptedSplit(
  situation: Situation,
  evidence: AllocationEvidence,
  { before, unfair }: { readonly before: readonly number[]; readonly unfair: readonly Unfair[] },
): Chosen {
  const { definition, state } = situation.observation.rollout;
  const { live, variants } = armsOf(definition, state.admission);
  const capped = [...new Set(unfair.map(({ variant }) => variant))];
  const drawn = drawSplit(situation, { beliefs: beliefsOfAll({ definition, evidence, live }), before, capped });
  const likely = live.map((k) => `"${variants[k]}" ${percent(drawn.bestProbabilities[k]!)}`).join(', ');
  const caps = capped.map((name) => {
    const { segment } = unfair.find(({ variant }) => variant === name)!;
    return `; "${name}" may not rise, for it may do harm where ${segment}`;
  });
  const message = `new units are divided ${inWords(variants, drawn.split)} (${inWords(variants, before)} before): probability of being the best ${likely}${caps.join('')}`;
  return { ...drawn, isNew: true, reason: { code: 'splitAdapted', message }, capped };
}

/** A split by names, in per cent. */
export function inWords(variants: readonly string[], split: readonly number[]): string {
  return split.map((share, k) => `"${variants[k]}" ${percent(share / SHARE_TOTAL)}`).join(', ');
}
