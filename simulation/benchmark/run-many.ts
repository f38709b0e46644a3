import type { Policy } from '../policies/policy.ts';
import type { RunOutcome } from '../scorecard/run-outcome.ts';
import { openBenchWorld, type WorldOptions } from './bench-world.ts';
import { playWorld } from './run-world.ts';
import type { Scenario } from './scenario-schema.ts';

/** Which runs to make: every policy in every world. */
export interface ManyRuns {
  readonly scenarios: readonly Scenario[];
  readonly seeds: readonly number[];
  readonly policies: readonly Policy[];
}

/** One world and the policies that meet it: what a worker does at a time. */
export interface WorldRuns {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly policies: readonly Policy[];
}

/** The worlds of many runs, scenario by scenario; any part of them can be played anywhere, in any order. */
export function worldsOf({ scenarios, seeds, policies }: ManyRuns): readonly WorldRuns[] {
  return scenarios.flatMap((scenario) => seeds.map((seed) => ({ scenario, seed, policies })));
}

/** The outcomes of one world, by policy. */
export function runPolicies(
  { scenario, seed, policies }: WorldRuns,
  options: WorldOptions = {},
): readonly RunOutcome[] {
  const world = openBenchWorld(scenario, seed, options);
  return policies.map((policy) => playWorld(world, policy));
}

/** The outcomes of many runs, one at a time: by scenario, then seed, then policy. */
export function* runMany(runs: ManyRuns, options: WorldOptions = {}): Generator<RunOutcome> {
  for (const world of worldsOf(runs)) yield* runPolicies(world, options);
}
