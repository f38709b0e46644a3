import type { DecisionRecord } from '../../domain/index.ts';
import type { NoveltyModelArtefact, RampPolicy, RiskModelArtefact } from '../../models/index.ts';
import {
  asksModels,
  type DecisionModels,
  type ModelInUse,
  NO_MODELS,
  type Observation,
  type ServedModel,
} from '../decide/index.ts';

/** Models that can be asked again. */
export interface HeldModels {
  readonly risk: readonly ServedModel<RiskModelArtefact>[];
  readonly novelty: readonly ServedModel<NoveltyModelArtefact>[];
  readonly ramp: readonly ServedModel<RampPolicy>[];
}

/** Kinds of models as observations name them. */
type HeldKind = keyof HeldModels;

/** The models that records name, each once. */
export function modelsNamedIn(
  records: readonly Pick<DecisionRecord, 'observation'>[],
): readonly (ModelInUse & { readonly kind: HeldKind })[] {
  const named = records.flatMap(({ observation }) => {
    const { risk, novelty, ramp } = (observation as unknown as Observation).models ?? {};
    return Object.entries({ risk, novelty, ramp }).flatMap(([kind, model]) =>
      model ? [{ ...model, kind: kind as HeldKind }] : [],
    );
  });
  return [...new Map(named.map((model) => [`${model.kind}/${model.id}/${model.hash}`, model])).values()];
}

/** The models that an observation names, as far as they are held. */
export function modelsHeldFor({ models: inUse }: Pick<Observation, 'models'>, held: HeldModels): DecisionModels {
  if (inUse === undefined) return NO_MODELS;
  const risk = findIn(held.risk, inUse.risk);
  const novelty = findIn(held.novelty, inUse.novelty);
  const ramp = findIn(held.ramp, inUse.ramp);
  const others = inUse.ramp === undefined ? {} : { ramp };
  return { risk, novelty, ...others, alpha: inUse.alpha };
}

/** Ids of the models that a decision would ask and that are named and not held; what the plan does not ask, nobody misses. */
export function missingModels(
  { models: inUse, rollout }: Pick<Observation, 'models' | 'rollout'>,
  models: DecisionModels,
): readonly string[] {
  if (inUse === undefined) return [];
  const asked: readonly HeldKind[] = [
    ...(asksModels({ models: inUse, rollout }) ? (['risk', 'novelty'] as const) : []),
    ...(rollout.definition.rampPolicy === 'learned' ? (['ramp'] as const) : []),
  ];
  return asked.flatMap((kind) => {
    const named = inUse[kind];
    return named && !models[kind] ? [named.id] : [];
  });
}

/** With the recorded identity: when a model was fitted is part of what was decided from. */
function findIn<Artefact>(
  held: readonly ServedModel<Artefact>[],
  named: ModelInUse | null | undefined,
): ServedModel<Artefact> | null {
  const found = named && held.find(({ id, hash }) => id === named.id && hash === named.hash);
  return found ? { ...found, ...named } : null;
}
