import { type LearningStorage, type ModelRecord, Problem, type Scope } from '../../domain/index.ts';
import { checkRiskArtefact, type RiskModelArtefact } from '../../models/index.ts';
import { type ModelInUse, modelInUse, type ReadModel } from '../../training/watch/index.ts';

/** A model of a kind that is in use in an environment, with its record. */
export type WatchedModel = ModelInUse<RiskModelArtefact> & { readonly record: ModelRecord | undefined };

/**
 * Which risk model is in use: the champion if its artefact is intact and fits this build, else the one before it, else none.
 *
 * A model that cannot be read is stepped over and said so; nothing waits for it.
 */
export async function readModelInUse(storage: LearningStorage, scope: Scope): Promise<WatchedModel> {
  const champion = await storage.models.readChampion(scope, 'risk');
  if (champion === undefined) return { kind: 'guardrailsOnly', steppedOver: [], record: undefined };
  const where = { tenant: scope.tenant, environment: champion.environment };
  const [newest] = await storage.models.listMoves(where, champion.kind, 1);
  const previous = newest?.previousId == null ? undefined : await storage.models.read(scope, newest.previousId);
  const records = [champion, ...(previous === undefined ? [] : [previous])];
  const inUse = modelInUse(await Promise.all(records.map((record) => readOne(storage, scope, record))));
  const record = inUse.kind === 'model' ? records.find(({ modelId }) => modelId === inUse.modelId) : undefined;
  return { ...inUse, record };
}

async function readOne(
  { models }: LearningStorage,
  scope: Scope,
  { modelId }: ModelRecord,
): Promise<ReadModel<RiskModelArtefact>> {
  try {
    const checked = checkRiskArtefact(await models.readArtefact(scope, modelId));
    return checked.kind === 'usable'
      ? { kind: 'usable', modelId, artefact: checked.artefact }
      : { kind: 'unusable', modelId, reason: checked.reason };
  } catch (error) {
    if (error instanceof Problem && error.code === 'modelCorrupt')
      return { kind: 'unusable', modelId, reason: error.message };
    throw error;
  }
}
