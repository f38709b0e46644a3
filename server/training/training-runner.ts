import { join } from 'node:path';
import type { TrainingRunner } from '../../domain/index.ts';
import type { StorageConnection } from '../../storage/index.ts';
import type { Configuration } from '../configuration.ts';
import { stepsInFolder } from './kept-steps.ts';
import { RAMP_KIND } from './stored-ports.ts';
import type { RunInput } from './train-from-records.ts';
import { trainInProcess } from './train-in-process.ts';

/** Version of the code in the origin of models. */
const CODE_VERSION = '0.1.0';

/** Trains models of every kind in a process beside the server, from what is recorded in the storage of this connection. */
export function createTrainingRunner(
  { connection }: { readonly connection: StorageConnection },
  { databaseUrl, dataDirectory }: Pick<Configuration, 'databaseUrl' | 'dataDirectory'>,
  limits: Pick<RunInput, 'rampWorldLimit' | 'isUrgent'> = {},
): TrainingRunner {
  // Servers that share a database share no disk.
  const stepsFolder = databaseUrl === null ? join(dataDirectory, 'training') : null;
  return {
    kinds: ['risk', 'novelty', 'forecast', RAMP_KIND],
    train: async (scope, { runId, kind, cutOffMs }, { report, signal }) => {
      const run = { runId, kind, cutOffMs };
      const input = { run, scope, connection, stepsFolder, codeVersion: CODE_VERSION, ...limits };
      const outcome = await trainInProcess(input, report, signal);
      await stepsInFolder(stepsFolder).forget(runId);
      return outcome;
    },
  };
}
