import { type KnownLabel, labelKnownAt } from '../labels/index.ts';
import { generationVectors, type TimedVector, type VectorMaker } from './generation-vectors.ts';
import { type RecordedGeneration, runIdOf } from './recorded-generation.ts';

/** All that a data set needs of a generation that is over: a thousandth of its records. */
export interface GenerationSummary {
  readonly runId: string;
  readonly rollout: string;
  readonly bucketBy: string;
  readonly vectors: readonly TimedVector[];
  /** undefined where nobody says healthy or regressed: unknown stays unknown. */
  readonly label: KnownLabel | undefined;
}

/** What a generation comes to, as known at a cut-off; undefined for one that was not over by then. */
export function summariseGeneration<State>(
  generation: RecordedGeneration,
  maker: VectorMaker<State>,
  cutOffMs: number,
): GenerationSummary | undefined {
  const { definition, endedAtMs, labels } = generation;
  if (endedAtMs === null || endedAtMs > cutOffMs) return undefined;
  const label = labelKnownAt(labels, cutOffMs);
  const isKnown = label !== undefined && label.verdict !== 'unknown' && label.confidence > 0;
  return {
    runId: runIdOf(generation),
    rollout: definition.rollout,
    bucketBy: definition.bucketBy,
    vectors: generationVectors(generation, maker, cutOffMs),
    label: isKnown ? label : undefined,
  };
}
