import {
  addToLearnedHistory,
  type DecisionModels,
  emptyLearnedHistory,
  type LearnedHistory,
  type Observation,
} from '../../controller/index.ts';
import type { LearningStorage, ListedDecision, Scope } from '../../domain/index.ts';

/** Records are large: so many at a time. */
const PAGE = 100;

/** A rollout with more records than this behind it is not scored: reading them all would take longer than it is worth. */
export const MAX_RECORDS = 2_000;

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
  const records = await recordsBetween(decisions, scope, rollout, {
    fromMs: from?.newestEndMs ?? 0,
    throughMs: before,
  });
  return records?.reduce((history, record) => {
    const { rollout: seen, windows, quarantinedSources } = record.observation as unknown as Observation;
    return addToLearnedHistory(seen, history, { windows, excluded: quarantinedSources }, models).history;
  }, empty);
}

/** Official records of the generation about windows behind `fromMs`, oldest first; undefined where there are too many. */
async function recordsBetween(
  decisions: LearningStorage['decisions'],
  scope: Scope,
  { definition, state }: Observation['rollout'],
  { fromMs, throughMs }: { readonly fromMs: number; readonly throughMs: number },
): Promise<readonly ListedDecision[] | undefined> {
  const records: ListedDecision[] = [];
  let before = Number.MAX_SAFE_INTEGER;
  for (;;) {
    const page = await decisions.list(scope, definition.rollout, { limit: PAGE, before, onlyApplied: true });
    const own = page.filter(({ generation, windowEndMs }) => generation === state.generation && windowEndMs > fromMs);
    records.push(...own.filter(({ windowEndMs }) => windowEndMs <= throughMs));
    if (own.length < PAGE) return records.reverse();
    if (records.length > MAX_RECORDS) return undefined;
    before = page.at(-1)!.decidedAtMs;
  }
}
