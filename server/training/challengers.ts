import type { ServedModel } from '../../controller/index.ts';
import { type LearningStorage, type ModelRecord, Problem, type Scope } from '../../domain/index.ts';
import { checkRiskArtefact, type RiskModelArtefact } from '../../models/index.ts';

/** A model that is on its way into use, ready to score. */
export interface Challenger extends ServedModel<RiskModelArtefact> {
  readonly record: ModelRecord;
}

/** Each challenger costs every decision another one, so no more of them score at a time: the newest ones. */
export const MAX_CHALLENGERS = 3;

const PAGE = 200;

/** Models in the shadow or in the canary, the one in the canary first, then the newest; one that cannot be read is left out. */
export async function readChallengers(
  storage: LearningStorage,
  scope: Scope,
  held: readonly Challenger[],
): Promise<readonly Challenger[]> {
  const [canaries, shadows] = [await listState(storage, scope, 'canary'), await listState(storage, scope, 'shadow')];
  const challengers: Challenger[] = [];
  for (const record of [...canaries, ...shadows].slice(0, MAX_CHALLENGERS)) {
    const same = held.find(({ id, hash }) => id === record.modelId && hash === record.artefactSha256);
    const challenger = same === undefined ? await readOne(storage, scope, record) : { ...same, record };
    if (challenger !== undefined) challengers.push(challenger);
  }
  return challengers;
}

async function listState({ models }: LearningStorage, scope: Scope, state: 'shadow' | 'canary') {
  const some = await models.list(scope, { limit: PAGE, kind: 'risk', state });
  return some.toSorted((a, b) => b.changedAtMs - a.changedAtMs || (a.modelId < b.modelId ? -1 : 1));
}

async function readOne(
  { models }: LearningStorage,
  scope: Scope,
  record: ModelRecord,
): Promise<Challenger | undefined> {
  const { modelId, artefactSha256, createdAtMs } = record;
  try {
    const checked = checkRiskArtefact(await models.readArtefact(scope, modelId));
    if (checked.kind !== 'usable') return undefined;
    return { id: modelId, hash: artefactSha256, fittedAtMs: createdAtMs, artefact: checked.artefact, record };
  } catch (error) {
    if (error instanceof Problem && error.code === 'modelCorrupt') return undefined;
    throw error;
  }
}
