import { parentPort, workerData } from 'node:worker_threads';
import { runPolicies, type Scenario } from '../../simulation/index.ts';
import { policiesFor } from './policies-by-name.ts';

/** One world: what a worker plays at a time, with all policies. */
export interface World {
  readonly scenario: Scenario;
  readonly seed: number;
}

/** What one worker has to do. */
export interface Share {
  readonly worlds: readonly World[];
  readonly policies: readonly string[];
}

const { worlds, policies } = workerData as Share;
for (const { scenario, seed } of worlds) {
  parentPort!.postMessage(runPolicies({ scenario, seed, policies: policiesFor(policies, scenario, seed) }));
}
