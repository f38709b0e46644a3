import { parentPort, workerData } from 'node:worker_threads';
import { openBenchWorld, playWorld, type RunOutcome, type Scenario, type Traces } from '../simulation/index.ts';
import { policiesFor } from './policies-by-name.ts';

/** One world: what a worker plays at a time, with all policies. */
export interface World {
  readonly scenario: Scenario;
  readonly seed: number;
}

/** What is the same in all worlds of a worker. */
export interface WorkerInputs {
  readonly policies: readonly string[];
  readonly traces: Traces | undefined;
}

/** A world that was played: outcomes by policy, and how long each took. */
export interface PlayedWorld {
  readonly outcomes: readonly RunOutcome[];
  readonly ms: readonly number[];
}

const { policies, traces } = workerData as WorkerInputs;
const options = traces === undefined ? {} : { traces };

parentPort!.on('message', (world: World) => parentPort!.postMessage(playAll(world)));

function playAll(world: World): PlayedWorld {
  const opened = openBenchWorld(world.scenario, world.seed, options);
  const ms: number[] = [];
  const outcomes = policiesFor(policies, world, options).map((policy) => {
    const startedMs = performance.now();
    const outcome = playWorld(opened, policy);
    ms.push(performance.now() - startedMs);
    return outcome;
  });
  return { outcomes, ms };
}
