import { allocationAt, intendedShares, isAdaptive, splitInForce } from '../../../domain/index.ts';
import { asymptoticHalfWidth, bestTreatment, utilityDifference } from '../../../models/index.ts';
import type { Observation } from '../observation.ts';
import type { RolloutEvidence } from '../rollout-evidence.ts';
import type { AllocatedTreatment, AllocationAssessment } from './allocation-assessment.ts';
import { type AllocationEvidence, isScaleKnown } from './allocation-state.ts';
import { armsOf, pairsOf } from './arms.ts';
import { contrastsOf } from './find-best.ts';

/** The allocation's assessment as a field of its own; no field where the split is fixed. */
export function assessAllocation(
  { rollout }: Observation,
  { allocation: evidence }: RolloutEvidence,
): { readonly allocation?: AllocationAssessment } {
  const { definition, state } = rollout;
  if (!isAdaptive(definition) || evidence === undefined) return {};
  const arms = armsOf(definition, state.admission);
  const { treatments } = definition;
  const { alpha } = definition.allocation!;
  const { logLine } = bestTreatment(evidence.peaks, arms.live, { treatments: treatments.length, alpha });
  const split = splitInForce(rollout);
  const intended = intendedShares(allocationAt(definition, state.coverage, state.admission));
  const treatment = (variant: string, k: number): AllocatedTreatment => {
    const others = arms.live.filter((j) => j !== k).map((j) => evidence.peaks[k]![j]!);
    return {
      variant,
      share: split[k]!,
      exposed: intended.treatments[k]!,
      isWithdrawn: !arms.live.includes(k),
      log10: others.length === 0 ? 0 : Math.min(...others) / Math.LN10,
      againstControl: isScaleKnown(evidence) ? againstControl(rollout.definition, evidence, k) : null,
      aboveControlLog10: evidence.peaks[k]!.at(-1)! / Math.LN10,
    };
  };
  return {
    allocation: {
      treatments: treatments.map(({ variant }, k) => treatment(variant, k)),
      best: evidence.best,
      lineLog10: logLine / Math.LN10,
      ...leavesOfNow(rollout),
    },
  };
}

function leavesOfNow(rollout: Observation['rollout']): Pick<AllocationAssessment, 'byAttribute'> {
  const { tree } = rollout.state.admission ?? {};
  if (tree === undefined) return {};
  const leaves = tree.leaves.map((leaf) => ({ ...leaf, shares: splitInForce(rollout, leaf.leaf) }));
  return { byAttribute: { attribute: tree.attribute, leaves } };
}

/** An interval that holds with nineteen in twenty, however often one looks. */
function againstControl(
  definition: Observation['rollout']['definition'],
  evidence: AllocationEvidence,
  k: number,
): AllocatedTreatment['againstControl'] {
  const arms = armsOf(definition, undefined);
  const pair = pairsOf(arms).findIndex(({ a, b }) => a === k && b === arms.variants.length - 1);
  const objectives = contrastsOf(definition, evidence, pair);
  const found = utilityDifference(objectives);
  if (found === null) return null;
  const { difference, standardError } = found;
  const n = 4 * Math.min(...objectives.map(({ contrast }) => contrast.weight));
  const half = asymptoticHalfWidth({ standardError, n, alpha: 0.05, sides: 2 });
  return { difference, lower: difference - half, upper: difference + half };
}
