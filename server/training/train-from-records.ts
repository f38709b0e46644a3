import { createHash } from 'node:crypto';
import { decide, shippedModels } from '../../controller/index.ts';
import type { JsonValue, Scope, TrainingRun, TrainingWork } from '../../domain/index.ts';
import { connectStorage, type StorageConnection } from '../../storage/index.ts';
import { stepsInFolder } from './kept-steps.ts';
import { RAMP_KIND, storedPorts } from './stored-ports.ts';

/** What a training run needs to know. */
export interface RunInput {
  readonly run: Pick<TrainingRun, 'runId' | 'kind' | 'cutOffMs'>;
  readonly scope: Scope;
  /** It reads and registers by itself: records are large, and whoever parses them does nothing else meanwhile. */
  readonly connection: StorageConnection;
  /** Where steps that were finished are kept; null: nowhere. */
  readonly stepsFolder: string | null;
  readonly codeVersion: string;
  /** About how many simulated worlds ramp policies are compared in; absent: all there are. */
  readonly rampWorldLimit?: number;
  /** Whether it takes the processor as others do: for who does nothing else meanwhile, and has it busy. */
  readonly isUrgent?: boolean;
}

/**
 * Does a training run in this process, by a connection of its own.
 *
 * The only place that loads TensorFlow.js, so no server calls it: no request and no decision waits for a fit.
 */
export async function trainFromRecords(
  { run, scope, connection, stepsFolder, codeVersion, rampWorldLimit }: RunInput,
  { report, signal }: TrainingWork,
): Promise<JsonValue> {
  const storage = await connectStorage(connection);
  try {
    const { runForecastTraining, runNoveltyTraining, runRampTraining, runTraining, startBackend } = await import(
      '../../training/index.ts'
    );
    const trainings: Readonly<Record<string, typeof runTraining>> = {
      novelty: runNoveltyTraining,
      [RAMP_KIND]: runRampTraining,
      forecast: runForecastTraining,
    };
    const isRamp = run.kind === RAMP_KIND;
    const backend = isRamp ? undefined : await startBackend();
    const outcome = await (trainings[run.kind] ?? runTraining)(
      { ...storedPorts(storage, stepsInFolder(stepsFolder), scope, run), report },
      {
        digest: (text) => createHash('sha256').update(text).digest('hex'),
        stopwatchMs: () => performance.now(),
        decide,
        ...(isRamp ? { ramp: await rampTools(rampWorldLimit) } : {}),
      },
      {
        run,
        environment: scope.environment,
        members: 5,
        gate: {},
        codeVersion,
        libraryVersions: backend === undefined ? {} : { 'tfjs-core': backend.version },
        signal,
      },
    );
    return outcome as unknown as JsonValue;
  } finally {
    await storage.close();
  }
}

/** Ramp policies are played in simulated worlds before one takes another's place; no other kind loads those. */
async function rampTools(limit: number | undefined) {
  const { rampWorlds } = await import('../../simulate/index.ts');
  return { ...rampWorlds(limit), shipped: shippedModels().ramp?.artefact ?? null };
}
