import type { Policy, PolicyMove, PolicyView } from '../policies/policy.ts';
import type { RunOutcome } from '../scorecard/run-outcome.ts';
import type { WorldOptions } from './bench-world.ts';
import { runWorld } from './run-world.ts';
import type { Scenario } from './scenario-schema.ts';

/** One tick as its policy saw it, and what the policy wanted. */
export interface TracedStep extends PolicyView {
  readonly move: PolicyMove;
}

/** A run with everything that the policy was shown and said. */
export interface TracedRun {
  readonly steps: readonly TracedStep[];
  readonly outcome: RunOutcome;
}

/** Plays one policy in the world of a seed and keeps what happened; the run is the same as without. */
export function traceRun(scenario: Scenario, seed: number, policy: Policy, options: WorldOptions = {}): TracedRun {
  const steps: TracedStep[] = [];
  const watched: Policy = {
    ...policy,
    start: (drawSeed) => {
      const run = policy.start(drawSeed);
      return {
        step: (view) => {
          const move = run.step(view);
          steps.push({ ...view, move });
          return move;
        },
      };
    },
  };
  return { steps, outcome: runWorld(scenario, seed, watched, options) };
}
