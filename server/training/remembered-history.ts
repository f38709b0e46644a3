import {
  addToLearnedHistory,
  type DecisionModels,
  emptyLearnedHistory,
  type LearnedHistory,
  type Observation,
} from '../../controller/index.ts';
import type { LearningStorage, Scope } from '../../domain/index.ts';
import { readOfficialRecords } from './official-records.ts';

/**
 * What models would remember of a generation before an observation, from the records of the decisions before it.
 *
 * `held` is what is remembered already: only what came after it is read. undefined where it cannot be known: the rollout
 * has no metrics to score by, or too many records.
 */
export async function rememberedHistory(
  { decisions }: LearningStorage,
  scope: Scope,
  { rollout, evidence }: Observation,
  { models, held }: { readonly models: DecisionModels; readonly held: LearnedHistory | undefined },
): Promise<LearnedHistory | undefined> {
  const before = evidence?.newestEndMs ?? null;
  if (held !== undefined && held.newestEndMs === before) return held;
  const isAhead = held !== undefined && (held.newestEndMs ?? 0) > (before ?? 0);
  const from = isAhead ? undefined : held;
  const empty = from ?? emptyLearnedHistory(rollout);
  if (empty === undefined || before === null) return empty;
  const records = await readOfficialRecords(decisions, scope, rollout, {
    fromMs: from?.newestEndMs ?? 0,
    throughMs: before,
  });
  return records?.reduce((history, record) => {
    const { rollout: seen, windows, quarantinedSources } = record.observation as unknown as Observation;
    return addToLearnedHistory(seen, history, { windows, excluded: quarantinedSources }, models).history;
  }, empty);
}
