import type { DecisionModels, Observation, ServedModel } from '../../controller/index.ts';
import type { RampPolicy } from '../../models/index.ts';
import { observationsUntil, type RecordedGeneration } from '../dataset/recorded-generation.ts';
import type { TrainingTools } from './training-ports.ts';

/** Recorded choices that were made again with another policy. */
export interface ChoiceReplay {
  readonly choices: number;
  /** Those that failed, or that the policy was not able to make. */
  readonly failures: number;
  /** Those that are not among the permitted actions. */
  readonly outside: number;
  /** Those that took another action. */
  readonly changed: number;
}

/** A replay of nothing. */
export const NO_CHOICES: ChoiceReplay = { choices: 0, failures: 0, outside: 0, changed: 0 };

/** Adds the choices of one generation, decided by the real `decide` from what was observed. */
export function replayChoices(
  before: ChoiceReplay,
  generation: RecordedGeneration,
  policy: ServedModel<RampPolicy>,
  { cutOffMs, limit, decide }: Pick<TrainingTools, 'decide'> & { readonly cutOffMs: number; readonly limit: number },
): ChoiceReplay {
  let replay = before;
  const made = observationsUntil(generation, cutOffMs).filter(
    ({ record: { decision } }) => decision.choice !== undefined && decision.advice === undefined,
  );
  for (const { record, observation } of made.slice(0, limit)) {
    replay = { ...replay, choices: replay.choices + 1 };
    const found = decidedWith(observation, policy, decide);
    if (found === undefined) replay = { ...replay, failures: replay.failures + 1 };
    else if (!found.isPermitted) replay = { ...replay, outside: replay.outside + 1 };
    else if (found.coverage !== record.decision.coverage) replay = { ...replay, changed: replay.changed + 1 };
  }
  return replay;
}

/** Without the other learned parts: they may only make decisions more careful, and are no part of what is asked here. */
function decidedWith(observation: Observation, policy: ServedModel<RampPolicy>, decide: TrainingTools['decide']) {
  const models: DecisionModels = { risk: null, novelty: null, ramp: policy, alpha: observation.models?.alpha ?? 0.02 };
  const { id, hash, fittedAtMs } = policy;
  const inUse = { risk: null, novelty: null, ramp: { id, hash, fittedAtMs }, alpha: models.alpha };
  try {
    const { decision, assessment } = decide({ ...observation, models: inUse }, models);
    // A ramp without a choice is that of the schedule: the policy gave no probabilities.
    if (decision.action === 'ramp' && decision.choice === undefined) return undefined;
    const isPermitted = assessment.envelope.actions.some(
      (one) => one.isPermitted && one.action === decision.action && one.coverage === decision.coverage,
    );
    return { isPermitted, coverage: decision.coverage };
  } catch {
    return undefined;
  }
}
