import { type DecisionModels, type ServedModel, shippedModels } from '../../controller/index.ts';
import { MurmurHash } from '../../evaluator/index.ts';
import { isInCanary } from '../../training/watch/index.ts';
import type { Challenger } from './challengers.ts';
import type { Watched, WatchedForecaster, WatchedModel, WatchedNovelty, WatchedRamp } from './watch-models.ts';

/** The champions of an environment by kind, as of the last look; undefined before the first. */
export interface ChampionsInUse {
  readonly risk: WatchedModel | undefined;
  readonly novelty?: WatchedNovelty | undefined;
  readonly ramp?: WatchedRamp | undefined;
  readonly forecast?: WatchedForecaster | undefined;
}

/**
 * The models that decisions may ask: the environment's champion, or what is shipped where there never was one.
 *
 * Where champions were there and none of them can be used, nothing is asked in their place: the guardrails decide alone.
 */
export function decisionModels({ risk: watched, ...champions }: ChampionsInUse): DecisionModels {
  const models = shippedModels();
  const forecast = servedIn(champions.forecast);
  const shipped = {
    ...models,
    novelty: servedIn(champions.novelty) ?? models.novelty,
    ramp: rampIn(champions.ramp, models.ramp ?? null),
    // None is shipped: where none is in use robust scores stand in, and nobody misses it.
    ...(forecast === null ? {} : { forecast }),
  };
  if (watched === undefined) return shipped;
  if (watched.kind === 'guardrailsOnly') return watched.steppedOver.length === 0 ? shipped : { ...shipped, risk: null };
  const { modelId, artefact, record } = watched;
  if (record === undefined) return { ...shipped, risk: null };
  return {
    ...shipped,
    risk: { id: modelId, hash: record.artefactSha256, fittedAtMs: record.createdAtMs, artefact },
  };
}

/** An environment's own model, which only makes decisions more careful: one that cannot be used gives way to what is shipped, if anything. */
function servedIn<Artefact>(watched: Watched<Artefact> | undefined): ServedModel<Artefact> | null {
  if (watched?.kind !== 'model' || watched.record === undefined) return null;
  const { modelId, artefact, record } = watched;
  return { id: modelId, hash: record.artefactSha256, fittedAtMs: record.createdAtMs, artefact };
}

/** Where champions were there and none of them can be used, the schedule chooses alone. */
function rampIn(watched: WatchedRamp | undefined, shipped: Ramp): Ramp {
  if (watched === undefined) return shipped;
  if (watched.kind === 'guardrailsOnly') return watched.steppedOver.length === 0 ? shipped : null;
  const { modelId, artefact, record } = watched;
  return record === undefined
    ? null
    : { id: modelId, hash: record.artefactSha256, fittedAtMs: record.createdAtMs, artefact };
}

type Ramp = NonNullable<DecisionModels['ramp']> | null;

/** The same for one rollout: with the model in the canary, where the rollout is among those that were given to it. */
export function modelsOfRollout(
  inUse: DecisionModels,
  challengers: readonly Challenger[],
  rollout: string,
): DecisionModels {
  const canary = challengers.find(({ record }) => record.state === 'canary');
  return canary !== undefined && isCanaryRollout(canary.id, rollout) ? { ...inUse, risk: canary } : inUse;
}

/** Whether a rollout is given to the model in the canary. */
export function isCanaryRollout(canaryId: string, rollout: string): boolean {
  return isInCanary(canaryId, rollout, (text) => new MurmurHash().finishWith(text));
}
