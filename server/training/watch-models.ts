import { type LearningStorage, type ModelRecord, Problem, type Scope } from '../../domain/index.ts';
import {
  type CheckedArtefact,
  checkForecastArtefact,
  checkNoveltyArtefact,
  checkRampPolicy,
  checkRiskArtefact,
  type ForecastArtefact,
  type NoveltyModelArtefact,
  type RampPolicy,
  type RiskModelArtefact,
} from '../../models/index.ts';
import { type ModelInUse, modelInUse, type ReadModel } from '../../training/watch/index.ts';

/** A model of a kind that is in use in an environment, with its record. */
export type Watched<Artefact> = ModelInUse<Artefact> & { readonly record: ModelRecord | undefined };

/** The risk model in use. */
export type WatchedModel = Watched<RiskModelArtefact>;

/** The novelty model in use. */
export type WatchedNovelty = Watched<NoveltyModelArtefact>;

/** The ramp policy in use. */
export type WatchedRamp = Watched<RampPolicy>;

/** The forecaster in use. */
export type WatchedForecaster = Watched<ForecastArtefact>;

/** Which risk model is in use. */
export function readModelInUse(storage: LearningStorage, scope: Scope): Promise<WatchedModel> {
  return readInUse(storage, scope, 'risk', checkRiskArtefact);
}

/** Which novelty model is in use. */
export function readNoveltyInUse(storage: LearningStorage, scope: Scope): Promise<WatchedNovelty> {
  return readInUse(storage, scope, 'novelty', checkNoveltyArtefact);
}

/** Which ramp policy is in use. */
export function readRampInUse(storage: LearningStorage, scope: Scope): Promise<WatchedRamp> {
  return readInUse(storage, scope, 'ramp', checkRampPolicy);
}

/** Which forecaster is in use. */
export function readForecasterInUse(storage: LearningStorage, scope: Scope): Promise<WatchedForecaster> {
  return readInUse(storage, scope, 'forecast', checkForecastArtefact);
}

/** A champion whose promotion is further back has none before it. */
const MOVES_LOOKED_AT = 100;

type Check<Artefact> = (json: unknown) => CheckedArtefact<Artefact>;

/**
 * Which model of a kind is in use: the champion if its artefact is intact and fits this build, else the one before it, else none.
 *
 * A model that cannot be read is stepped over and said so; nothing waits for it.
 */
async function readInUse<Artefact>(
  storage: LearningStorage,
  scope: Scope,
  kind: string,
  check: Check<Artefact>,
): Promise<Watched<Artefact>> {
  const champion = await storage.models.readChampion(scope, kind);
  if (champion === undefined) return { kind: 'guardrailsOnly', steppedOver: [], record: undefined };
  const previousId = await readReplacedBy(storage, scope, champion);
  const previous = previousId === null ? undefined : await storage.models.read(scope, previousId);
  const records = [champion, ...(previous === undefined ? [] : [previous])];
  const inUse = modelInUse(await Promise.all(records.map((record) => readOne(storage, scope, record, check))));
  const record = inUse.kind === 'model' ? records.find(({ modelId }) => modelId === inUse.modelId) : undefined;
  return { ...inUse, record };
}

/** What the champion replaced when it was promoted: whatever was demoted since then was taken out of use, and stays so. */
async function readReplacedBy(
  { models }: LearningStorage,
  { tenant }: Scope,
  { environment, kind, modelId }: ModelRecord,
): Promise<string | null> {
  const moves = await models.listMoves({ tenant, environment }, kind, MOVES_LOOKED_AT);
  return moves.find((move) => move.verb === 'promote' && move.modelId === modelId)?.previousId ?? null;
}

async function readOne<Artefact>(
  { models }: LearningStorage,
  scope: Scope,
  { modelId }: ModelRecord,
  check: Check<Artefact>,
): Promise<ReadModel<Artefact>> {
  try {
    const checked = check(await models.readArtefact(scope, modelId));
    return checked.kind === 'usable'
      ? { kind: 'usable', modelId, artefact: checked.artefact }
      : { kind: 'unusable', modelId, reason: checked.reason };
  } catch (error) {
    if (error instanceof Problem && error.code === 'modelCorrupt')
      return { kind: 'unusable', modelId, reason: error.message };
    throw error;
  }
}
