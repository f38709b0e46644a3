import type { TrainingRow } from '../fit/training-row.ts';
import type { KnownLabel } from '../labels/index.ts';
import type { TimedVector } from './generation-vectors.ts';

/** A training row that says when it was. */
export interface DataSetRow extends TrainingRow {
  readonly features: readonly number[];
  /** End of the minute that it describes. */
  readonly endMs: number;
}

/**
 * A row from what one decision saw.
 *
 * A generation that regressed counts as harmful in all of its minutes: when harm began is not recorded.
 */
export function dataSetRow(
  { endMs, vector, isSharedIncident, isDataFault }: TimedVector,
  { runId, label, weight }: { readonly runId: string; readonly label: KnownLabel; readonly weight: number },
): DataSetRow {
  return {
    runId,
    endMs,
    features: vector,
    label: label.verdict === 'regressed' ? 1 : 0,
    isSharedIncident,
    isDataFault,
    harmType: null,
    weight: weight * label.confidence,
  };
}
