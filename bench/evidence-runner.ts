import { parentPort, workerData } from 'node:worker_threads';
import { EXPERIMENTS } from './evidence-experiments.ts';

/** What a thread of `evidence.ts` has to know before it plays runs. */
export interface RunnerInputs {
  readonly name: string;
  readonly dataFolder: string | undefined;
  readonly seed: number;
}

/** One run of one cell. */
export interface RunTask {
  readonly cell: string;
  readonly run: number;
}

const { name, dataFolder, seed } = workerData as RunnerInputs;
const experiment = EXPERIMENTS[name]!(dataFolder);
parentPort!.on('message', ({ cell, run }: RunTask) => parentPort!.postMessage(experiment.play(cell, { seed, run })));
