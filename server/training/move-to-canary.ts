import { type Authorship, type LearningStorage, type ModelRecord, Problem, type Scope } from '../../domain/index.ts';

/** Gives a tenth of the rollouts to a model; Problem `wrongModelState` while another one of its kind has them. */
export async function moveToCanary(
  { models }: LearningStorage,
  scope: Scope,
  modelId: string,
  { actor, reason }: Required<Authorship>,
): Promise<ModelRecord> {
  const model = await models.read(scope, modelId);
  if (model === undefined) throw new Problem('modelNotFound', `"${modelId}"`);
  const [other] = (await models.list(scope, { limit: 2, kind: model.kind, state: 'canary' })).filter(
    (one) => one.modelId !== modelId,
  );
  if (other !== undefined)
    throw new Problem('wrongModelState', `"${other.modelId}" is in the canary: retire it, or move it to the shadow`);
  return models.setState(scope, modelId, 'canary', reason, { actor });
}
