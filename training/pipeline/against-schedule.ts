import { clippedDoublyRobust, crossFitted, type PolicyLog, policyDiagnostics, scalarCost } from '../../models/index.ts';
import type { RewardRow } from '../rewards/reward-set.ts';
import type { CostAgainstSchedule } from '../watch/index.ts';
import { costDifference } from './estimate-ramp-policy.ts';
import { inputsOf } from './fit-ramp-policy.ts';

/** With fewer rollouts of its own, nothing can be judged by what was not learned from. */
const LEAST_ROLLOUTS = 2;

/**
 * Estimates off-policy what the rollouts whose pace a policy chose have cost against the pace of their plans; null where there
 * is none, or one only.
 *
 * Its own choices are as they were logged, with a weight of 1; the plan's pace is that of a policy that is sure of it.
 */
export function againstSchedule(policy: string, rows: readonly RewardRow[], level: number): CostAgainstSchedule | null {
  const own = rows.filter(({ choice }) => choice.policy === policy);
  const rollouts = new Set(own.map(({ rollout }) => rollout)).size;
  if (rollouts < LEAST_ROLLOUTS) return null;
  const asTaken = crossFitted(own.map((row) => logOf(row, ({ choice }, a) => choice.paces[a]!.propensity)));
  const asScheduled = crossFitted(own.map((row) => logOf(row, ({ choice }, a) => (a === choice.scheduled ? 1 : 0))));
  return {
    policy,
    rollouts,
    effectiveSampleSize: policyDiagnostics(asScheduled).effectiveSampleSize,
    costDifference: costDifference(asTaken, asScheduled, level),
    scheduleCost: clippedDoublyRobust(asScheduled),
  };
}

function logOf(row: RewardRow, probabilityOf: (row: RewardRow, pace: number) => number): PolicyLog {
  const { choice, costs, factors, rollout } = row;
  return {
    rollout,
    actions: inputsOf(row).map((inputs, a) => ({
      inputs,
      targetProbability: probabilityOf(row, a),
      propensity: choice.paces[a]!.propensity,
    })),
    taken: choice.taken,
    reward: scalarCost(costs, factors),
  };
}
