import { parentPort } from 'node:worker_threads';
import { paceWorld, type Scenario } from '../../simulation/index.ts';

/** A world to be played at every pace. */
export interface PaceTask {
  readonly scenario: Scenario;
  readonly seed: number;
}

parentPort!.on('message', ({ scenario, seed }: PaceTask) => {
  parentPort!.postMessage(paceWorld(scenario, seed));
});
