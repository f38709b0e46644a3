import { addToLearnedHistory, emptyLearnedHistory, type LearnedHistory } from '../../controller/index.ts';
import type { DecisionRecord } from '../../domain/index.ts';
import { BEFORE_ALL, isAfter, observationsUntil, type RecordedGeneration } from './recorded-generation.ts';

/** A feature vector as a decision first knew it, with what that decision said of the moment. */
export interface TimedVector {
  /** End of the minute that it describes. */
  readonly endMs: number;
  /** Eligible units of all variants. */
  readonly units: number;
  readonly vector: readonly number[];
  readonly isSharedIncident: 0 | 1;
  readonly isDataFault: 0 | 1;
}

const MINUTE_MS = 60_000;

/** Reasons of a decision that speak of the data and not of the treatment. */
const DATA_FAULTS = ['staleData', 'noData', 'missingReports', 'lateData', 'clockSkew', 'sampleRatioMismatch'];

/**
 * The feature vectors of a generation by treatment, as its decisions saw them up to a cut-off: what `decide` would have
 * scored. Empty for a rollout that the risk model cannot be asked about.
 *
 * Only the windows inside recorded observations are read: what came later than a decision is in no observation before it,
 * and a window counts where it was first seen.
 */
export function generationVectors(
  generation: RecordedGeneration,
  cutOffMs: number,
): ReadonlyMap<string, readonly TimedVector[]> {
  const vectors = new Map(generation.definition.treatments.map(({ variant }) => [variant, [] as TimedVector[]]));
  const observations = observationsUntil(generation, cutOffMs);
  let history: LearnedHistory | undefined =
    observations[0] &&
    emptyLearnedHistory({ ...observations[0].observation.rollout, definition: generation.definition });
  let newest: typeof BEFORE_ALL = BEFORE_ALL;
  for (const { record, observation } of observations) {
    if (history === undefined) break;
    const windows = observation.windows.filter((window) => isAfter(window, newest));
    newest = windows.at(-1) ?? newest;
    const added = addToLearnedHistory(observation.rollout, history, {
      windows,
      excluded: observation.quarantinedSources,
    });
    history = added.history;
    const said = {
      isSharedIncident: hasReason(record, ['sharedIncident']),
      isDataFault: hasReason(record, DATA_FAULTS),
    };
    for (const { treatment, startMs, units, vector } of added.minutes)
      vectors.get(treatment)?.push({ endMs: startMs + MINUTE_MS, units, vector, ...said });
  }
  return vectors;
}

function hasReason({ decision }: DecisionRecord, codes: readonly string[]): 0 | 1 {
  return decision.reasons.some(({ code }) => codes.includes(code)) ? 1 : 0;
}
