import { join } from 'node:path';
import {
  type JsonValue,
  type LearningStorage,
  type NewModel,
  Problem,
  type Scope,
  type TrainingRun,
  type TrainingRunner,
  type TrainingWork,
} from '../../domain/index.ts';
import type { Configuration } from '../configuration.ts';
import { type KeptSteps, NO_STEPS, stepsInFolder } from './kept-steps.ts';
import { listLearnedRollouts, listRolloutNames, readGenerations } from './read-generations.ts';
import { type ThreadPorts, trainInThread } from './train-in-thread.ts';
import type { ThreadInput } from './training-thread.ts';

/** Version of the code in the origin of models. */
const CODE_VERSION = '0.1.0';

/** The kind of ramp policies. */
export const RAMP_KIND = 'ramp';

/** Who moves models when nobody asked for it by hand. */
const TRAINER = 'trainer';

/** Trains models of every kind in a thread beside the server, from what its storage has recorded. */
export function createTrainingRunner(
  storage: LearningStorage,
  { databaseUrl, dataDirectory }: Pick<Configuration, 'databaseUrl' | 'dataDirectory'>,
  limits: Pick<ThreadInput, 'rampWorldLimit'> = {},
): TrainingRunner {
  // Servers that share a database share no disk.
  const steps = databaseUrl === null ? stepsInFolder(join(dataDirectory, 'training')) : NO_STEPS;
  return {
    kinds: ['risk', 'novelty', 'forecast', RAMP_KIND],
    train: async (scope, run, work) => {
      const { runId, kind, cutOffMs } = run;
      const input = {
        run: { runId, kind, cutOffMs },
        environment: scope.environment,
        codeVersion: CODE_VERSION,
        ...limits,
      };
      const outcome = await trainInThread(input, portsOf(storage, steps, scope, run, work), work.signal);
      await steps.forget(runId);
      return outcome;
    },
  };
}

function portsOf(
  storage: LearningStorage,
  steps: KeptSteps,
  scope: Scope,
  { runId, kind, cutOffMs }: TrainingRun,
  { report }: TrainingWork,
): ThreadPorts {
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
    report,
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
