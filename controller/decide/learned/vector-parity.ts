import type { DecisionRecord } from '../../../domain/index.ts';
import type { Observation } from '../observation.ts';
import type { LearnedAssessment } from './learned-assessment.ts';
import { addToLearnedHistory, emptyLearnedHistory } from './learned-history.ts';

/** How far model inputs in records are from those made anew from the recorded windows. */
export interface VectorParity {
  /** Vectors that could be compared; 0 for a generation without any, or whose first records are missing. */
  readonly compared: number;
  /** Largest difference of any input, infinite where one side has a vector and the other has none. */
  readonly largestDifference: number;
  /** The decision of that difference; null where all are equal. */
  readonly worstDecisionId: string | null;
}

/** A comparison of nothing. */
export const NO_PARITY: VectorParity = { compared: 0, largestDifference: 0, worstDecisionId: null };

/** Largest difference that is none: arithmetic in another order. */
export const PARITY_LINE = 1e-9;

/** Makes the inputs of a generation anew from its official records, oldest first, and compares them with what was recorded. */
export function vectorParity(
  records: readonly Pick<DecisionRecord, 'decisionId' | 'observation' | 'assessment'>[],
): VectorParity {
  const first = records[0]?.observation as unknown as Observation | undefined;
  let history = first?.evidence === null ? emptyLearnedHistory(first.rollout) : undefined;
  let parity = NO_PARITY;
  for (const { decisionId, observation, assessment } of records) {
    if (history === undefined) return parity;
    const { rollout, windows, quarantinedSources } = observation as unknown as Observation;
    ({ history } = addToLearnedHistory(rollout, history, { windows, excluded: quarantinedSources }));
    const { learned = [] } = assessment as unknown as { readonly learned?: readonly LearnedAssessment[] };
    for (const { treatment, vector } of learned) {
      const made = history.learned[treatment]?.newest?.vector ?? null;
      if (vector === null && made === null) continue;
      const difference = differenceOf(vector, made);
      parity = {
        compared: parity.compared + 1,
        largestDifference: Math.max(parity.largestDifference, difference),
        worstDecisionId: difference > parity.largestDifference ? decisionId : parity.worstDecisionId,
      };
    }
  }
  return parity;
}

/** The worse of two comparisons, over all that was compared. */
export function addParity(left: VectorParity, right: VectorParity): VectorParity {
  const worse = right.largestDifference > left.largestDifference ? right : left;
  return { ...worse, compared: left.compared + right.compared };
}

/** NaN is no equality, and infinitely far from anything. */
function differenceOf(recorded: readonly number[] | null, made: readonly number[] | null): number {
  if (recorded === null || made === null || recorded.length !== made.length) return Number.POSITIVE_INFINITY;
  const largest = Math.max(0, ...recorded.map((value, place) => Math.abs(value - made[place]!)));
  return Number.isNaN(largest) ? Number.POSITIVE_INFINITY : largest;
}
