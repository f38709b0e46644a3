import { parentPort, workerData } from 'node:worker_threads';
import type { DecisionModels } from '../../controller/index.ts';
import { calibrationRun, type Scenario, trainingRun } from '../../simulation/index.ts';

/** One run to make. */
export interface LearningTask {
  readonly scenario: Scenario;
  readonly seed: number;
}

/** What is the same for all runs of a worker: with models they calibrate, without they train. */
export interface LearningInputs {
  readonly models: DecisionModels | null;
}

const { models } = workerData as LearningInputs;

parentPort!.on('message', ({ scenario, seed }: LearningTask) =>
  parentPort!.postMessage(models === null ? trainingRun(scenario, seed) : calibrationRun(scenario, seed, models)),
);
