import { NO_MODELS } from '../../controller/index.ts';
import type { CostFactors, RampCosts, RampPolicy } from '../../models/index.ts';
import { LEARNED_PACE } from '../benchmark/model-settings.ts';
import type { Scenario } from '../benchmark/scenario-schema.ts';
import { rampRun } from './ramp-run.ts';

/** How a rollout has ended in one world under a ramp policy. */
export interface RampInWorld {
  readonly isHarmful: boolean;
  readonly isTakenBack: boolean;
  readonly costs: RampCosts;
}

/** Who chooses, and for whom. */
export interface RampPlayer {
  readonly policy: RampPolicy;
  readonly factors: CostFactors;
}

/** Plays the tuned plan with a ramp policy in one world, for somebody with these factors. */
export function rampInWorld(scenario: Scenario, seed: number, { policy, factors }: RampPlayer): RampInWorld {
  const ramp = { id: policy.version, hash: policy.version, fittedAtMs: null, artefact: policy };
  const settings = { ...LEARNED_PACE, appetite: factors };
  const rollout = `${scenario.name}-${seed}`.toLowerCase();
  const { outcome, costs } = rampRun({ scenario, seed, settings, rollout, models: { ...NO_MODELS, ramp } });
  return {
    isHarmful: outcome.kind === 'harmful',
    isTakenBack: outcome.end === 'rolledBack',
    costs,
  };
}
