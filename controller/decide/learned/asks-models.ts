import type { RolloutDefinition } from '../../../domain/index.ts';
import type { Observation } from '../observation.ts';
import { STRATUM_MS } from './minute-strata.ts';

/** True for a rollout in which learned parts have a say: its plan lets them, and the observation names models. */
export function asksModels({ models, rollout }: Pick<Observation, 'models' | 'rollout'>): boolean {
  const { riskModel, beyondHalf } = rollout.definition;
  const isWanted = riskModel === 'hold' || riskModel === 'rollback' || beyondHalf === 'evidence-or-model';
  return models !== undefined && isWanted && isScorable(rollout.definition);
}

/** Longer windows cannot be divided into minutes, and without errors a model would see a service without traffic. */
export function isScorable({ riskGroups, windowMs }: RolloutDefinition): boolean {
  return windowMs <= STRATUM_MS && typeof riskGroups?.errors === 'string';
}
