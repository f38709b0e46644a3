/** Beyond this many decisions products of weights say nothing any more. */
export const MAX_STAGES = 6;

/** What both policies thought of one decision that was taken. */
export interface StageDecision {
  /** π(a|x) of the policy to be judged. */
  readonly targetProbability: number;
  /** p, as logged, > 0. */
  readonly propensity: number;
}

/**
 * Importance weight up to each decision of one rollout: Π_{s ≤ t} π(a_s|x_s)/p_s (Precup, Sutton & Singh, ICML 2000).
 *
 * Undefined for more than six decisions: the weights' variance grows with a power of their number; such rollouts are
 * judged in simulation and on the level of profiles.
 */
export function sequentialWeights(stages: readonly StageDecision[]): readonly number[] | undefined {
  if (stages.length > MAX_STAGES) return undefined;
  let product = 1;
  return stages.map(({ targetProbability, propensity }) => {
    if (!(propensity > 0 && propensity <= 1)) throw new Error(`impossible propensity: ${propensity}`);
    product *= targetProbability / propensity;
    return product;
  });
}
