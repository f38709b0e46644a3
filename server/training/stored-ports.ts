import {
  type JsonValue,
  type LearningStorage,
  type NewModel,
  Problem,
  type Scope,
  type TrainingRun,
} from '../../domain/index.ts';
import type { KeptSteps } from './kept-steps.ts';
import { listLearnedRollouts, listRolloutNames, readGenerations } from './read-generations.ts';

/** The kind of ramp policies. */
export const RAMP_KIND = 'ramp';

/** Who moves models when nobody asked for it by hand. */
const TRAINER = 'trainer';

/** What a training run reads, keeps and registers, on a storage. */
export function storedPorts(
  storage: LearningStorage,
  steps: KeptSteps,
  scope: Scope,
  { runId, kind, cutOffMs }: Pick<TrainingRun, 'runId' | 'kind' | 'cutOffMs'>,
) {
  const { models } = storage;
  return {
    listRollouts: () => (kind === RAMP_KIND ? listLearnedRollouts(storage, scope) : listRolloutNames(storage, scope)),
    readGenerations: (rollout: string) => readGenerations(storage, scope, rollout, cutOffMs),
    readChampion: () => readChampion(storage, scope, kind),
    readStep: (step: string) => steps.read(runId, step),
    writeStep: (step: string, output: JsonValue) => steps.write(runId, step, output),
    register: (model: NewModel, reason: string) => registerOnce(storage, scope, model, reason),
    moveToShadow: async (modelId: string, reason: string) => {
      const model = await models.read(scope, modelId);
      // An earlier attempt has moved it, or a person has moved it on.
      if (model?.state === 'candidate') {
        await models.setState(scope, modelId, 'shadow', reason, { actor: TRAINER });
      }
    },
    promote: async (modelId: string, reason: string) => {
      const model = await models.read(scope, modelId);
      if (model?.state === 'champion') return;
      await models.promote(scope, modelId, { actor: TRAINER, reason });
    },
  };
}

/** A champion that cannot be read is none to compare with; it is the watch that takes it out of use. */
async function readChampion({ models }: LearningStorage, scope: Scope, kind: string) {
  const champion = await models.readChampion(scope, kind);
  if (champion === undefined) return undefined;
  try {
    const { modelId, cutOffMs } = champion;
    return { modelId, cutOffMs, artefact: await models.readArtefact(scope, modelId) };
  } catch (error) {
    if (error instanceof Problem && error.code === 'modelCorrupt') return undefined;
    throw error;
  }
}

/** A run that begins again after its model was stored finds it there. */
async function registerOnce({ models }: LearningStorage, scope: Scope, model: NewModel, reason: string): Promise<void> {
  try {
    await models.register(scope.tenant, model, reason, { actor: TRAINER });
  } catch (error) {
    if (!(error instanceof Problem && error.code === 'modelExists')) throw error;
  }
}
