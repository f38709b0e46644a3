import { type KnownLabel, labelKnownAt } from '../labels/index.ts';
import { generationVectors, type TimedVector } from './generation-vectors.ts';
import { type RecordedGeneration, runIdOf } from './recorded-generation.ts';

/** All that a data set needs of one treatment of a generation that is over: a thousandth of its records. */
export interface GenerationSummary {
  readonly runId: string;
  readonly rollout: string;
  readonly bucketBy: string;
  readonly vectors: readonly TimedVector[];
  /** undefined where nobody says healthy or regressed: unknown stays unknown. */
  readonly label: KnownLabel | undefined;
}

/** What each treatment of a generation comes to, as known at a cut-off; none where it was not over by then. */
export function summariseGeneration(generation: RecordedGeneration, cutOffMs: number): readonly GenerationSummary[] {
  const { definition, endedAtMs, labels } = generation;
  if (endedAtMs === null || endedAtMs > cutOffMs) return [];
  const label = labelKnownAt(labels, cutOffMs);
  const isSingle = definition.treatments.length === 1;
  const isKnown = label !== undefined && label.verdict !== 'unknown' && label.confidence > 0;
  // Of several treatments somebody may know that the rollout did harm, and not which of them.
  const isOfEach = isKnown && (isSingle || label.verdict === 'healthy');
  return [...generationVectors(generation, cutOffMs)].map(([treatment, vectors]) => ({
    runId: isSingle ? runIdOf(generation) : `${runIdOf(generation)}/${treatment}`,
    rollout: definition.rollout,
    bucketBy: definition.bucketBy,
    vectors,
    label: isOfEach ? label : undefined,
  }));
}
