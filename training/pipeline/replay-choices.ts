import type { DecisionModels, Observation, ServedModel } from '../../controller/index.ts';
import { RAMP_SCHEMA, type RampPolicy } from '../../models/index.ts';
import { observationsUntil, type RecordedGeneration } from '../dataset/recorded-generation.ts';
import type { TrainingTools } from './training-ports.ts';

/** Recorded choices that were made again with another policy. */
export interface ChoiceReplay {
  readonly choices: number;
  /** Those that failed, or that the policy was not able to make. */
  readonly failures: number;
  /** Those that led to an action outside what is permitted. */
  readonly outside: number;
  /** Those that took another pace. */
  readonly changed: number;
}

/** A replay of nothing. */
export const NO_CHOICES: ChoiceReplay = { choices: 0, failures: 0, outside: 0, changed: 0 };

/** Adds the choice of one generation, made again by the real `decide` from what was observed; one by other inputs is left out. */
export function replayChoices(
  before: ChoiceReplay,
  generation: RecordedGeneration,
  policy: ServedModel<RampPolicy>,
  { cutOffMs, decide }: Pick<TrainingTools, 'decide'> & { readonly cutOffMs: number },
): ChoiceReplay {
  const made = observationsUntil(generation, cutOffMs).find(
    ({ record: { decision } }) => decision.choice !== undefined && decision.advice === undefined,
  );
  const recorded = made?.record.decision.choice;
  if (made === undefined || recorded?.schema !== RAMP_SCHEMA) return before;
  const replay = { ...before, choices: before.choices + 1 };
  const found = decidedWith(made.observation, policy, decide);
  if (found === undefined) return { ...replay, failures: replay.failures + 1 };
  if (!found.isPermitted) return { ...replay, outside: replay.outside + 1 };
  const isOther = found.pace !== recorded.paces[recorded.taken]!.pace;
  return { ...replay, changed: replay.changed + Number(isOther) };
}

/** Without the other learned parts: they may only make decisions more careful, and are no part of what is asked here. */
function decidedWith(observation: Observation, policy: ServedModel<RampPolicy>, decide: TrainingTools['decide']) {
  const models: DecisionModels = { risk: null, novelty: null, ramp: policy, alpha: observation.models?.alpha ?? 0.02 };
  const { id, hash, fittedAtMs } = policy;
  const inUse = { risk: null, novelty: null, ramp: { id, hash, fittedAtMs }, alpha: models.alpha };
  try {
    const { decision, assessment } = decide({ ...observation, models: inUse }, models);
    const { choice } = decision;
    // A ramp without a choice is that of the plan: the policy gave no probabilities.
    if (choice === undefined) return undefined;
    const isPermitted = assessment.envelope.actions.some(
      (one) => one.isPermitted && one.action === decision.action && one.coverage === decision.coverage,
    );
    return { isPermitted, pace: choice.paces[choice.taken]!.pace };
  } catch {
    return undefined;
  }
}
