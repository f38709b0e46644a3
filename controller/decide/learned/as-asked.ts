import type { Observation } from '../observation.ts';
import { type DecisionModels, modelsInUse } from './decision-models.ts';
import type { LearnedHistory } from './learned-history.ts';

/**
 * The observation of a plan in which the models have their say; one that gave them none shows the most that they could do.
 *
 * `history` is what they would remember by now; without it they begin with this observation.
 */
export function asAsked(
  observation: Observation,
  history: LearnedHistory | undefined,
  models: DecisionModels,
): Observation {
  const { rollout, evidence } = observation;
  const { definition } = rollout;
  const riskModel = definition.riskModel === 'hold' ? 'hold' : 'rollback';
  return {
    ...observation,
    rollout: { ...rollout, definition: { ...definition, riskModel } },
    evidence: evidence && history ? { ...evidence, learned: history.learned } : evidence,
    models: modelsInUse(models),
  };
}
