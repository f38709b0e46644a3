import type { Observation } from '../../controller/index.ts';
import type { ClosedWindow, DecisionRecord, RolloutDefinition } from '../../domain/index.ts';
import { observationsUntil, type RecordedGeneration } from './recorded-generation.ts';

/** A feature vector with the end of its minute. */
export interface MinuteVector {
  readonly endMs: number;
  /** Eligible units of both sides. */
  readonly units: number;
  readonly vector: readonly number[];
}

/** What windows make of what was seen before: the code that serves, so that training sees what serving saw. */
export interface VectorMaker<State> {
  empty(definition: RolloutDefinition): State;
  /** Vectors of the minutes that these windows, first seen together at one decision, complete. */
  addWindows(
    state: State,
    observation: Observation,
    windows: readonly ClosedWindow[],
  ): { readonly state: State; readonly vectors: readonly MinuteVector[] };
}

/** A feature vector as a decision first knew it, with what that decision said of the moment. */
export interface TimedVector extends MinuteVector {
  readonly isSharedIncident: 0 | 1;
  readonly isDataFault: 0 | 1;
}

/** Reasons of a decision that speak of the data and not of the treatment. */
const DATA_FAULTS = ['staleData', 'noData', 'missingReports', 'lateData', 'clockSkew', 'sampleRatioMismatch'];

/**
 * The feature vectors of a generation as its decisions saw them up to a cut-off.
 *
 * Only the windows inside recorded observations are read: what came later than a decision is in no observation before it,
 * and a window counts where it was first seen.
 */
export function generationVectors<State>(
  generation: RecordedGeneration,
  maker: VectorMaker<State>,
  cutOffMs: number,
): readonly TimedVector[] {
  let state = maker.empty(generation.definition);
  let newest = { startMs: Number.NEGATIVE_INFINITY, coverage: Number.POSITIVE_INFINITY };
  return observationsUntil(generation, cutOffMs).flatMap(({ record, observation }) => {
    const fresh = observation.windows.filter((window) => isAfter(window, newest));
    newest = fresh.at(-1) ?? newest;
    const step = maker.addWindows(state, observation, fresh);
    state = step.state;
    return step.vectors.map((minute) => ({
      ...minute,
      isSharedIncident: hasReason(record, ['sharedIncident']),
      isDataFault: hasReason(record, DATA_FAULTS),
    }));
  });
}

function hasReason({ decision }: DecisionRecord, codes: readonly string[]): 0 | 1 {
  return decision.reasons.some(({ code }) => codes.includes(code)) ? 1 : 0;
}

function isAfter(window: ClosedWindow, newest: { readonly startMs: number; readonly coverage: number }): boolean {
  return window.startMs > newest.startMs || (window.startMs === newest.startMs && window.coverage > newest.coverage);
}
