import type { DecisionModels } from '../../controller/index.ts';
import type { PaceName, PolicyChoice } from '../../domain/index.ts';
import {
  COST_PARTS,
  type DecisionFeatures,
  type LearnedRollout,
  type RampCosts,
  rampInputs,
} from '../../models/index.ts';
import { openBenchWorld, type WorldOptions } from '../benchmark/bench-world.ts';
import { type OurSettings, ourPolicy } from '../benchmark/our-policy.ts';
import { playWorld } from '../benchmark/run-world.ts';
import type { Scenario } from '../benchmark/scenario-schema.ts';
import type { RunOutcome } from '../scorecard/run-outcome.ts';
import { hoursWithout95 } from '../scorecard/run-verdict.ts';

/** A run in which a ramp policy had its say. */
export interface RampRun {
  readonly outcome: RunOutcome;
  readonly costs: RampCosts;
  /** Absent where it never came to a choice. */
  readonly choice?: PolicyChoice;
}

/** A rollout that is asked for with these settings in one world, decided by the controller with these models. */
export interface RampRollout {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly settings: OurSettings;
  readonly models: DecisionModels;
  /** The pace that it keeps whatever the policy would choose. */
  readonly pace?: PaceName;
  /** Name of the rollout, which the choice is seeded by; absent: one for each world. */
  readonly rollout?: string;
}

/** Plays the rollout to its end; costs are those of the decision benchmark, exact as only a simulation knows them. */
export function rampRun(asked: RampRollout, options: WorldOptions = {}): RampRun {
  const { scenario, seed, settings, models, pace, rollout = `${scenario.name.toLowerCase()}-${seed}` } = asked;
  let choice: PolicyChoice | undefined;
  const policy = ourPolicy({
    name: 'ramp',
    setting: 'tuned',
    settings,
    rollout,
    models,
    ...(pace === undefined ? {} : { pace }),
    onDecision: ({ decision }) => {
      choice ??= decision.choice;
    },
  });
  const outcome = playWorld(openBenchWorld(scenario, seed, options), policy);
  return { outcome, costs: runCosts(outcome), ...(choice === undefined ? {} : { choice }) };
}

/** A run as a policy learns from it; `importance` is 1 for rollouts of one's own, less for simulated ones. */
export function learnedFrom(choice: PolicyChoice, costs: RampCosts, importance: number): LearnedRollout {
  const features = choice.features as unknown as DecisionFeatures;
  return {
    inputs: rampInputs(features, choice.paces[choice.taken]!),
    scheduledInputs: rampInputs(features, choice.paces[choice.scheduled]!),
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
    hours: isHealthy && !isTakenBack ? hoursWithout95(outcome) : 0,
    falseRollback: isHealthy && isTakenBack ? 1 : 0,
    move: outcome.steps,
    // No plan of a simulated rollout has an objective metric.
    objective: 0,
  };
}
