import type { RolloutDefinition } from '../../../domain/index.ts';
import type { WindowReading } from '../closed-window.ts';
import type { DecisionModels } from './decision-models.ts';
import { addLearnedWindow, emptyLearnedEvidence, type LearnedEvidence } from './learned-evidence.ts';
import { riskWindowOf } from './risk-window.ts';

/** What the learned parts remember, by treatment. */
export type LearnedByTreatment = Readonly<Record<string, LearnedEvidence>>;

/** The state before the first window. */
export function noLearnedEvidence({ treatments }: RolloutDefinition): LearnedByTreatment {
  return Object.fromEntries(treatments.map(({ variant }) => [variant, emptyLearnedEvidence()]));
}

/** Adds one window that was read. */
export function addLearnedReading(
  definition: RolloutDefinition,
  learned: LearnedByTreatment,
  reading: WindowReading,
  models: DecisionModels,
): LearnedByTreatment {
  const { windowMs } = definition;
  const added = definition.treatments.map(({ variant }) => {
    const seen = riskWindowOf(definition, variant, reading);
    return [variant, addLearnedWindow(learned[variant]!, seen, { models, windowMs })];
  });
  return Object.fromEntries(added);
}
