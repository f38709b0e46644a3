import { type CostModel, dot, standardised } from './cost-model.ts';
import type { CostFactors } from './ramp-costs.ts';
import type { RampPolicy } from './ramp-policy.ts';

/** So much more than the schedule all rollouts together may cost, as a share. */
export const DEPARTURE_TOLERANCE = 0.05;

/** Deviations by which an estimate of what departures cost is taken to be wrong. */
const BETA = 1;

/**
 * Which paces keep to the budget of departures: all departures so far and this one together may not have cost more than
 * 5 % of what the schedule would have, and one false rollback.
 *
 * θ̂ᵀd + βσ̂‖d‖ ≤ .05 θ̂ᵀS + c₀ in the metric of A⁻¹, d the sum of departures and S that of what the schedule would have done:
 * the constraint of conservative linear bandits (Kazerouni et al., NeurIPS 2017), on the difference between both. The
 * plan's own pace is always among them.
 */
export function conservativePaces(
  { ledger }: RampPolicy,
  model: CostModel,
  {
    inputs,
    scheduled,
    factors,
  }: {
    readonly inputs: readonly (readonly number[])[];
    readonly scheduled: number;
    readonly factors: CostFactors;
  },
): readonly boolean[] {
  const baseline = Math.max(0, dot(model.theta, ledger.scheduled) + dot(model.theta, inputs[scheduled]!));
  const allowed = DEPARTURE_TOLERANCE * baseline + factors.falseRollback;
  return inputs.map((phi, a) => {
    if (a === scheduled) return true;
    const departed = phi.map((input, i) => ledger.departed[i]! + input - inputs[scheduled]![i]!);
    const u = standardised(model, departed);
    return dot(model.theta, departed) + BETA * model.sigma * Math.sqrt(dot(u, u)) <= allowed;
  });
}
