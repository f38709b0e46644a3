import {
  type CostFactors,
  choosePace,
  type DecisionFeatures,
  type RampAnswer,
  type RampPolicy,
  scalarCost,
} from '../../models/index.ts';
import type { PaceWorld } from '../../simulation/index.ts';

/** What a rollout costs in a world at each pace, in the order of its choice. */
export function costsIn({ runs }: PaceWorld, factors: CostFactors): readonly number[] {
  return runs.map(({ costs }) => scalarCost(costs, factors));
}

/** What a policy chooses in a world; undefined where there is no choice. */
export function chosenIn(
  { choice }: PaceWorld,
  policy: RampPolicy,
  { factors, seed }: { readonly factors: CostFactors; readonly seed: number },
): RampAnswer | undefined {
  if (choice === null) return undefined;
  const { paces, scheduled } = choice;
  const features = choice.features as unknown as DecisionFeatures;
  const answer = choosePace(policy, { features, paces, scheduled, factors, seed });
  if (answer === undefined) throw new Error('a policy gives no probabilities');
  return answer;
}

/** π of each pace of a world: all of it on the only one where there is no choice. */
export function propensitiesIn(world: PaceWorld, policy: RampPolicy, factors: CostFactors): readonly number[] {
  const answer = chosenIn(world, policy, { factors, seed: world.seed });
  return answer?.propensities ?? [1];
}
