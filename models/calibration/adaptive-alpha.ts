import { clip } from '../features/feature-set.ts';

/** How often the model may be wrong with one tenant, learned from its benign rollouts; plain JSON. */
export interface AdaptiveAlpha {
  /** α_t, in [0, 2α]. */
  readonly alpha: number;
  /** Rollouts of the tenant that were labelled benign. */
  readonly benignRollouts: number;
}

/** A tenant of which nothing is known yet. */
export function startAdaptiveAlpha(alpha: number): AdaptiveAlpha {
  return { alpha, benignRollouts: 0 };
}

/**
 * After a rollout that was labelled benign: α_{t+1} = clip(α_t + .01 (α − err_t), 0, 2α), err = 1 for a false rollback.
 *
 * Adaptive conformal inference (Gibbs and Candès, NeurIPS 2021): in the long run a share α is false, whatever drifts.
 */
export function afterBenignRollout(state: AdaptiveAlpha, wasRolledBack: boolean, alpha: number): AdaptiveAlpha {
  const error = wasRolledBack ? 1 : 0;
  return {
    alpha: clip(state.alpha + RATE * (alpha - error), 0, 2 * alpha),
    benignRollouts: state.benignRollouts + 1,
  };
}

/**
 * The α to look thresholds up with: the tenant's, shrunk to the global one as by 200 rollouts.
 *
 * Never looser than the global one before the tenant has 200 of its own; 0, which never alarms, while α_t is 0.
 */
export function alphaInUse({ alpha: own, benignRollouts: n }: AdaptiveAlpha, alpha: number): number {
  if (own === 0) return 0;
  const shrunk = (n * own + GLOBAL_ROLLOUTS * alpha) / (n + GLOBAL_ROLLOUTS);
  return n < GLOBAL_ROLLOUTS ? Math.min(alpha, shrunk) : shrunk;
}

const RATE = 0.01;
const GLOBAL_ROLLOUTS = 200;
