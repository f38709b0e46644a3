import {
  COST_PARTS,
  type DecisionFeatures,
  forgetALittle,
  type LearnedRollout,
  learnRollouts,
  type RampPolicy,
  rampInputs,
} from '../../models/index.ts';
import type { RewardRow } from '../rewards/reward-set.ts';

/** The policy after some rollouts, one after the other in the order in which their paces were chosen; each lets it forget a little. */
export function fitRampPolicy(before: RampPolicy, version: string, rows: readonly RewardRow[]): RampPolicy {
  const learned = rows
    .toSorted((a, b) => a.windowEndMs - b.windowEndMs || (a.runId < b.runId ? -1 : 1))
    .reduce((policy, row) => learnRollouts(forgetALittle(policy), [learnedFrom(row)]), before);
  return { ...learned, version };
}

/** φ of every pace that was permitted at a recorded choice. */
export function inputsOf({ choice }: Pick<RewardRow, 'choice'>): readonly (readonly number[])[] {
  const features = choice.features as unknown as DecisionFeatures;
  return choice.paces.map((pace) => rampInputs(features, pace));
}

function learnedFrom(row: RewardRow): LearnedRollout {
  const inputs = inputsOf(row);
  const { taken, scheduled } = row.choice;
  return {
    inputs: inputs[taken]!,
    scheduledInputs: inputs[scheduled]!,
    costs: COST_PARTS.map((part) => row.costs[part]),
    importance: row.weight,
  };
}
