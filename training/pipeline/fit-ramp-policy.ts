import {
  COST_PARTS,
  type DecisionFeatures,
  forgetALittle,
  type LearnedDecision,
  learnDecisions,
  type RampAction,
  type RampPolicy,
  rampInputs,
} from '../../models/index.ts';
import type { RewardRow } from '../rewards/reward-set.ts';

/** The policy after the choices of some rollouts, one rollout after the other in the order in which they began; each lets it forget a little. */
export function fitRampPolicy(before: RampPolicy, version: string, rows: readonly RewardRow[]): RampPolicy {
  const learned = rolloutsOf(rows).reduce(
    (policy, some) => learnDecisions(forgetALittle(policy), some.map(learnedFrom)),
    before,
  );
  return { ...learned, version };
}

/** φ of every action that was permitted at a recorded choice. */
export function inputsOf({ choice }: Pick<RewardRow, 'choice'>): readonly (readonly number[])[] {
  const features = choice.features as unknown as DecisionFeatures;
  return choice.actions.map((action) => rampInputs(features, action as RampAction));
}

function rolloutsOf(rows: readonly RewardRow[]): readonly (readonly RewardRow[])[] {
  const runs = new Map<string, RewardRow[]>();
  for (const row of rows) runs.set(row.runId, [...(runs.get(row.runId) ?? []), row]);
  return [...runs.values()].sort(([a], [b]) => a!.windowEndMs - b!.windowEndMs || (a!.runId < b!.runId ? -1 : 1));
}

function learnedFrom(row: RewardRow): LearnedDecision {
  const inputs = inputsOf(row);
  const { taken, scheduled } = row.choice;
  return {
    inputs: inputs[taken]!,
    scheduledInputs: inputs[scheduled]!,
    costs: COST_PARTS.map((part) => row.costs[part]),
    importance: row.weight,
  };
}
