import { parentPort } from 'node:worker_threads';
import {
  ourPolicy,
  type PaceWorld,
  paceWorld,
  type RunOutcome,
  runWorld,
  type Scenario,
  TUNED,
} from '../../simulation/index.ts';

/** A world to be played at every pace. */
export interface PaceTask {
  readonly scenario: Scenario;
  readonly seed: number;
  /** Whether the tuned schedule is played too. */
  readonly isCompared: boolean;
}

/** What came of it. */
export interface PlayedPaces extends PaceWorld {
  /** The tuned schedule in the same world; null where nobody asked. */
  readonly schedule: RunOutcome | null;
}

parentPort!.on('message', ({ scenario, seed, isCompared }: PaceTask) => {
  const schedule = isCompared
    ? runWorld(scenario, seed, ourPolicy({ name: 'schedule', setting: 'tuned', settings: TUNED }))
    : null;
  const played: PlayedPaces = { ...paceWorld(scenario, seed), schedule };
  parentPort!.postMessage(played);
});
