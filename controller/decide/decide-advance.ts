import { type Decision, NO_STEERING } from '../../domain/index.ts';
import { decide } from './decide.ts';
import type { DecisionModels } from './learned/decision-models.ts';
import type { Observation } from './observation.ts';

/**
 * What would be decided were it not for the pace of the plan: no dwell, no pause, no mode but automatic, no learned
 * pace. A person may skip those by a word; whatever still holds a rollout then protects its users.
 */
export function decideAdvance(observation: Observation, models: DecisionModels): Decision {
  const { definition, state } = observation.rollout;
  const stages = definition.stages.map((stage) => ({ ...stage, dwellMs: 0 }));
  const steering = { ...(state.steering ?? NO_STEERING), mode: 'automatic' as const };
  const rollout = {
    definition: { ...definition, stages, rampPolicy: 'schedule' as const },
    state: { ...state, phase: 'running' as const, steering },
  };
  return decide({ ...observation, rollout }, models).decision;
}
