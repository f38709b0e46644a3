/** One thing that might have been done at a decision, what was done among it. */
export interface PossibleAction {
  /** p(a|x) of the policy that was logged, > 0. */
  readonly propensity: number;
  /** w(a) = π(a|x)/p(a|x). */
  readonly importanceWeight: number;
}

/** One logged decision, as the estimators see it: the target policy is in `importanceWeight` and `targetValue`. */
export interface LoggedDecision {
  /** Decisions of one rollout belong together. */
  readonly rollout: string;
  /** w = π(a|x)/p: how much more often the target policy does what was done, ≥ 0. */
  readonly importanceWeight: number;
  readonly reward: number;
  /** q̂(x, a): the reward that a model of the other folds predicts for what was done. */
  readonly predicted: number;
  /** v(x) = Σ_a π(a|x) q̂(x, a): the reward that it predicts under the target policy. */
  readonly targetValue: number;
  /** All that might have been done; absent where the log has the propensity of what was done only. */
  readonly possible?: readonly PossibleAction[];
}
