import type { Observation } from '../observation.ts';
import { STRATUM_MS } from './minute-strata.ts';

/** True for a rollout in which learned parts have a say: its plan lets them, and the observation names models. */
export function asksModels({ models, rollout }: Pick<Observation, 'models' | 'rollout'>): boolean {
  const { riskModel, beyondHalf, riskGroups, windowMs } = rollout.definition;
  const isWanted = riskModel === 'hold' || riskModel === 'rollback' || beyondHalf === 'evidence-or-model';
  // Longer windows cannot be divided into minutes, and without errors the model would see a service without traffic.
  const isPossible = windowMs <= STRATUM_MS && typeof riskGroups?.errors === 'string';
  return models !== undefined && isWanted && isPossible;
}
