import { clustersBy } from '../cluster-bootstrap.ts';
import type { LoggedDecision } from './logged-decision.ts';
import { type Coefficients, fitRidge, predictLinear } from './ridge.ts';

/** One permitted action at a decision: its inputs φ(x, a) and how likely the target policy takes it. */
export interface PermittedAction {
  readonly inputs: readonly number[];
  readonly targetProbability: number;
  /** The probability that it had under the logged one. */
  readonly propensity: number;
}

/** One decision as it was logged, with what the target policy would do. */
export interface PolicyLog {
  readonly rollout: string;
  readonly actions: readonly PermittedAction[];
  /** Which of the actions was taken. */
  readonly taken: number;
  readonly reward: number;
}

const FOLDS = 5;
const LAMBDA = 1;

/**
 * Logged decisions with a ridge model of the reward that never saw their own rollout.
 *
 * Five folds of whole rollouts, dealt out in the order of the log, λ = 1 (cross-fitting: Chernozhukov et al. 2018). A model
 * that had seen the reward it predicts would make doubly robust estimates too sure of themselves.
 */
export function crossFitted(logs: readonly PolicyLog[]): readonly LoggedDecision[] {
  const rollouts = clustersBy(logs, ({ rollout }) => rollout);
  const foldOf = new Map(rollouts.map((decisions, i) => [decisions[0]!.rollout, i % FOLDS]));
  const inputCount = logs[0]?.actions[0]?.inputs.length ?? 0;
  const models = Array.from({ length: FOLDS }, (_, fold) => {
    const others = logs.filter(({ rollout }) => foldOf.get(rollout) !== fold);
    const observations = others.map(({ actions, taken, reward }) => ({
      inputs: actions[taken]!.inputs,
      outcome: reward,
    }));
    return fitRidge(observations, inputCount, LAMBDA);
  });
  return logs.map((log) => predictedBy(models[foldOf.get(log.rollout)!]!, log));
}

function predictedBy(theta: Coefficients, { rollout, actions, taken, reward }: PolicyLog): LoggedDecision {
  const q = actions.map(({ inputs }) => predictLinear(theta, inputs));
  const possible = actions
    .filter(({ propensity }) => propensity > 0)
    .map(({ targetProbability, propensity }) => ({ propensity, importanceWeight: targetProbability / propensity }));
  return {
    rollout,
    importanceWeight: actions[taken]!.targetProbability / actions[taken]!.propensity,
    reward,
    predicted: q[taken]!,
    targetValue: q.reduce((total, qa, a) => total + actions[a]!.targetProbability * qa, 0),
    possible,
  };
}
