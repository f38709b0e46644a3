import type { ClosedWindow, Rollout } from '../../../domain/index.ts';
import { planRiskGroups } from '../../plan/plan-risk-groups.ts';
import { afterReading, readClosedWindow } from '../closed-window.ts';
import type { ReadingState } from '../reading-state.ts';
import { emptyEvidence, type RolloutEvidence } from '../rollout-evidence.ts';
import { isScorable } from './asks-models.ts';
import { type DecisionModels, NO_MODELS } from './decision-models.ts';
import { addLearnedReading, type LearnedByTreatment, noLearnedEvidence } from './learned-by-treatment.ts';

/** As much of a generation's evidence as feature vectors follow from; plain JSON. */
export interface LearnedHistory extends ReadingState {
  readonly learned: LearnedByTreatment;
}

/** What is remembered after a decision that asked models; undefined where it did not. */
export function learnedHistoryOf(evidence: RolloutEvidence): LearnedHistory | undefined {
  const { newestStartMs, newestEndMs, controls, sources, segments, excluded, learned } = evidence;
  return learned && { newestStartMs, newestEndMs, controls, sources, segments, excluded, learned };
}

/** The vector of a minute that a treatment's windows completed. */
export interface LearnedMinute {
  readonly treatment: string;
  readonly startMs: number;
  /** Units of all variants. */
  readonly units: number;
  readonly vector: readonly number[];
}

/** The history before the first window; undefined for a rollout that the risk model cannot be asked about. */
export function emptyLearnedHistory(rollout: Rollout): LearnedHistory | undefined {
  const { newestStartMs, newestEndMs, controls, sources, segments, excluded } = emptyEvidence(rollout);
  if (!isScorable(withRiskGroups(rollout).definition)) return undefined;
  const learned = noLearnedEvidence(rollout.definition);
  return { newestStartMs, newestEndMs, controls, sources, segments, excluded, learned };
}

/**
 * Adds windows that were first seen together, and says which minutes they complete: the vectors that `decide` scores where
 * it asks a model, without what it needs beside them. Models score them where there are some.
 */
export function addToLearnedHistory(
  given: Rollout,
  before: LearnedHistory,
  { windows, excluded }: { readonly windows: readonly ClosedWindow[]; readonly excluded: readonly string[] },
  models: DecisionModels = NO_MODELS,
): { readonly history: LearnedHistory; readonly minutes: readonly LearnedMinute[] } {
  const rollout = withRiskGroups(given);
  const { definition } = rollout;
  let history = withoutSources(rollout, before, excluded);
  const minutes: LearnedMinute[] = [];
  for (const window of windows) {
    const reading = readClosedWindow(rollout, history, window);
    const learned = addLearnedReading(definition, history.learned, reading, models);
    for (const [treatment, { newest }] of Object.entries(learned))
      if (newest !== null && newest !== history.learned[treatment]!.newest) minutes.push({ treatment, ...newest });
    history = { ...afterReading(definition, history, reading), learned };
  }
  return { history, minutes };
}

/** What the learned parts remember is of all sources together, so it begins anew when one is left out. */
function withoutSources({ definition }: Rollout, history: LearnedHistory, excluded: readonly string[]): LearnedHistory {
  const isSame = excluded.length === history.excluded.length && excluded.every((s) => history.excluded.includes(s));
  return isSame ? history : { ...history, excluded, learned: noLearnedEvidence(definition) };
}

/** Plans in which the model has no say do not name them. */
function withRiskGroups(rollout: Rollout): Rollout {
  const { definition } = rollout;
  const riskGroups = definition.riskGroups ?? planRiskGroups(definition.metrics);
  return { ...rollout, definition: { ...definition, riskGroups } };
}
