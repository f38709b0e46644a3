import { type DecisionModels, shippedModels } from '../../controller/index.ts';
import type { WatchedModel } from './watch-models.ts';

/**
 * The models that decisions may ask: the environment's champion, or what is shipped where there never was one.
 *
 * Where champions were there and none of them can be used, nothing is asked in their place: the guardrails decide alone.
 */
export function decisionModels(watched: WatchedModel | undefined): DecisionModels {
  const shipped = shippedModels();
  if (watched === undefined) return shipped;
  if (watched.kind === 'guardrailsOnly') return watched.steppedOver.length === 0 ? shipped : { ...shipped, risk: null };
  const { modelId, artefact, record } = watched;
  if (record === undefined) return { ...shipped, risk: null };
  return {
    ...shipped,
    risk: { id: modelId, hash: record.artefactSha256, fittedAtMs: record.createdAtMs, artefact },
  };
}
