import type { Reason } from '../../../domain/index.ts';
import type { Situation } from '../observation.ts';
import { powerOfTen } from '../words.ts';
import type { AllocationEvidence } from './allocation-state.ts';
import { armsOf } from './arms.ts';

/** What is to be known beside every decision once a best treatment was found. */
export function bestReasons({ observation }: Situation, { best, peaks }: AllocationEvidence): readonly Reason[] {
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
