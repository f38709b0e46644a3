import { admissionAt, isAdaptive, type Reason, splitInForce } from '../../../domain/index.ts';
import type { HarmfulTreatment } from '../check-guardrails.ts';
import type { Situation } from '../observation.ts';
import { armsOf } from './arms.ts';
import { chosenShares } from './chosen-shares.ts';

/**
 * The decision to take harmful treatments out while the others go on; undefined where the split is fixed, or none would be left.
 *
 * Their units are back in control, so whatever is compared with control begins anew, as after a change of coverage.
 */
export function withdrawal({ observation }: Situation, harmful: readonly HarmfulTreatment[]) {
  const { definition, state } = observation.rollout;
  const { live, variants } = armsOf(definition, state.admission);
  const gone = harmful.map(({ treatment }) => treatment);
  if (!isAdaptive(definition) || live.every((k) => gone.includes(variants[k]!))) return undefined;
  const admitted = state.admission ?? admissionAt(observation.rollout, state.coverage)!;
  const admission = { ...admitted, withdrawn: [...admitted.withdrawn, ...gone] };
  const before = splitInForce(observation.rollout);
  const after = splitInForce({ definition, state: { admission } });
  const told: Reason = {
    code: 'treatmentWithdrawn',
    message: `${gone.map((variant) => `"${variant}"`).join(' and ')} withdrawn, with its units back in control; ${live
      .map((k) => variants[k]!)
      .filter((variant) => !gone.includes(variant))
      .map((variant) => `"${variant}"`)
      .join(' and ')} go on`,
    releasedBy: 'a new generation, which has all treatments again',
  };
  return { told, choice: { admission, treatments: chosenShares(definition, { split: after, before }) } };
}
