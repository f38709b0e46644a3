import { parentPort, workerData } from 'node:worker_threads';
import { EXPERIMENTS } from './evidence-experiments.ts';

/** What one worker of `evidence.ts` has to do: every `count`-th run of each cell, beginning with `first`. */
export interface Share {
  readonly name: string;
  readonly cells: readonly string[];
  readonly dataFolder: string | undefined;
  readonly seed: number;
  readonly runs: number;
  readonly first: number;
  readonly count: number;
}

const { name, cells, dataFolder, seed, runs, first, count } = workerData as Share;
const experiment = EXPERIMENTS[name]!(dataFolder);
for (const cell of cells) {
  for (let run = first; run < runs; run += count) {
    parentPort!.postMessage({ cell, run, alarms: experiment.play(cell, { seed, run }) });
  }
}
