import type { DecisionModels } from '../../controller/index.ts';
import type { PolicyChoice } from '../../domain/index.ts';
import {
  COST_PARTS,
  type DecisionFeatures,
  type LearnedDecision,
  type RampAction,
  type RampCosts,
  rampInputs,
} from '../../models/index.ts';
import { type BenchWorld, openBenchWorld, type WorldOptions } from '../benchmark/bench-world.ts';
import { type OurSettings, ourPolicy } from '../benchmark/our-policy.ts';
import { ORIGIN_MS } from '../benchmark/our-run.ts';
import { playWorld } from '../benchmark/run-world.ts';
import type { Scenario } from '../benchmark/scenario-schema.ts';
import type { Policy } from '../policies/policy.ts';
import type { RunOutcome } from '../scorecard/run-outcome.ts';
import { HORIZON_HOURS } from '../scorecard/run-verdict.ts';

/** One choice of a ramp policy, with what it led to until the end of the run. */
export interface RampDecision {
  readonly choice: PolicyChoice;
  readonly costs: RampCosts;
}

/** A run in which a ramp policy had its say. */
export interface RampRun {
  readonly outcome: RunOutcome;
  /** In the order in which they were made. */
  readonly decisions: readonly RampDecision[];
}

/** A rollout that is asked for with these settings in one world, decided by the controller with these models. */
export interface RampRollout {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly settings: OurSettings;
  readonly models: DecisionModels;
  /** The policy that makes the first choice; absent: the one that makes the others. */
  readonly first?: NonNullable<DecisionModels['ramp']>;
  /** Name of the rollout, which the choices are seeded by; absent: one for each world. */
  readonly rollout?: string;
}

const HOUR_MS = 3_600_000;

/** Plays the rollout to its end; costs are those of the decision benchmark from each decision on, exact as only a simulation knows them. */
export function rampRun(asked: RampRollout, options: WorldOptions = {}): RampRun {
  const { scenario, seed, settings, models, first, rollout = `${scenario.name.toLowerCase()}-${seed}` } = asked;
  const world = openBenchWorld(scenario, seed, options);
  const made: { readonly choice: PolicyChoice; readonly atMs: number; readonly harmBefore: number }[] = [];
  let harm = 0;
  const policy = ourPolicy({
    name: 'ramp',
    setting: 'tuned',
    settings,
    rollout,
    models: {
      ...models,
      // Asked anew at each pass.
      get ramp() {
        return (made.length === 0 ? first : undefined) ?? models.ramp ?? null;
      },
    },
    onDecision: ({ decision }, { nowMs: atMs }) => {
      if (decision.choice !== undefined) made.push({ choice: decision.choice, atMs, harmBefore: harm });
    },
  });
  const outcome = playWorld(
    world,
    followed(policy, world, (added) => {
      harm += added;
    }),
  );
  return {
    outcome,
    decisions: made.map(({ choice, atMs, harmBefore }) => ({
      choice,
      costs: costsFrom(outcome, { atMs, harmAfter: harm === 0 ? 0 : 1 - harmBefore / harm, choice }),
    })),
  };
}

/** A decision as a policy learns from it; `importance` is 1 for rollouts of one's own, less for simulated ones. */
export function learnedFrom({ choice, costs }: RampDecision, importance: number): LearnedDecision {
  const features = choice.features as unknown as DecisionFeatures;
  const inputsOf = (place: number) => rampInputs(features, choice.actions[place] as RampAction);
  return {
    inputs: inputsOf(choice.taken),
    scheduledInputs: inputsOf(choice.scheduled),
    costs: COST_PARTS.map((part) => costs[part]),
    importance,
  };
}

/** What a whole run has cost, part by part. */
export function runCosts(outcome: RunOutcome): RampCosts {
  const isHealthy = outcome.kind === 'benign';
  const isTakenBack = outcome.end === 'rolledBack';
  return {
    harm: Math.min(1, outcome.harm),
    hours: isHealthy && !isTakenBack ? Math.min(outcome.hoursTo95 ?? HORIZON_HOURS, HORIZON_HOURS) : 0,
    falseRollback: isHealthy && isTakenBack ? 1 : 0,
    move: 0,
    objective: 0,
  };
}

function costsFrom(
  outcome: RunOutcome,
  { atMs, harmAfter, choice }: { readonly atMs: number; readonly harmAfter: number; readonly choice: PolicyChoice },
): RampCosts {
  const isHealthy = outcome.kind === 'benign';
  const isTakenBack = outcome.end === 'rolledBack';
  const hours = Math.min(outcome.hoursTo95 ?? HORIZON_HOURS, HORIZON_HOURS) - (atMs - ORIGIN_MS) / HOUR_MS;
  return {
    harm: Math.min(1, outcome.harm) * harmAfter,
    hours: isHealthy && !isTakenBack ? Math.max(0, hours) : 0,
    falseRollback: isHealthy && isTakenBack ? 1 : 0,
    move: choice.actions[choice.taken]!.action === 'ramp' ? 1 : 0,
    // No plan of a simulated rollout has an objective metric.
    objective: 0,
  };
}

/** Adds up the harm of every tick that was lived through, before the policy sees it; what comes after the end is none of it. */
function followed(policy: Policy, world: BenchWorld, add: (harm: number) => void): Policy {
  return {
    ...policy,
    start: (seed) => {
      const run = policy.start(seed);
      return {
        step: (view) => {
          const tick = Math.round(view.nowMs / world.tickMs) - 1;
          const state = { tick, coverage: view.coverage, raisedAtMs: view.coverageSinceMs };
          add(world.harmAt(state).reduce((sum, part) => sum + part, 0));
          return run.step(view);
        },
      };
    },
  };
}
