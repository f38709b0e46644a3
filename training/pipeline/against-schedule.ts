import {
  type BootstrapOptions,
  clippedDoublyRobust,
  crossFitted,
  type PolicyLog,
  policyDiagnostics,
  scalarCost,
} from '../../models/index.ts';
import type { RewardRow } from '../rewards/reward-set.ts';
import type { CostAgainstSchedule } from '../watch/index.ts';
import { costDifference } from './estimate-ramp-policy.ts';
import { inputsOf } from './fit-ramp-policy.ts';

/** With fewer rollouts of its own, nothing can be judged by what was not learned from. */
const LEAST_ROLLOUTS = 2;

/**
 * Estimates off-policy what the choices of a policy have cost against what the schedule would have chosen; null where it has
 * made none, or in one rollout only.
 *
 * Its own choices are as they were logged, with a weight of 1; the schedule's are those of a policy that is sure of them.
 */
export function againstSchedule(
  policy: string,
  rows: readonly RewardRow[],
  options: BootstrapOptions,
): CostAgainstSchedule | null {
  const own = rows.filter(({ choice }) => choice.policy === policy);
  const rollouts = new Set(own.map(({ rollout }) => rollout)).size;
  if (rollouts < LEAST_ROLLOUTS) return null;
  const asTaken = crossFitted(own.map((row) => logOf(row, ({ choice }, a) => choice.actions[a]!.propensity)));
  const asScheduled = crossFitted(own.map((row) => logOf(row, ({ choice }, a) => (a === choice.scheduled ? 1 : 0))));
  return {
    policy,
    rollouts,
    choices: own.length,
    effectiveSampleSize: policyDiagnostics(asScheduled).effectiveSampleSize,
    costDifference: costDifference(asTaken, asScheduled, options),
    scheduleCost: clippedDoublyRobust(asScheduled),
  };
}

function logOf(row: RewardRow, probabilityOf: (row: RewardRow, action: number) => number): PolicyLog {
  const { choice, costs, factors, rollout } = row;
  return {
    rollout,
    actions: inputsOf(row).map((inputs, a) => ({ inputs, targetProbability: probabilityOf(row, a) })),
    taken: choice.taken,
    propensity: choice.actions[choice.taken]!.propensity,
    reward: scalarCost(costs, factors),
  };
}
