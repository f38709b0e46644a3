import { type ServedModel, shippedModels } from '../../controller/index.ts';
import type { PolicyChoice } from '../../domain/index.ts';
import { APPETITES, emptyRampPolicy, RAMP_INPUTS, type RampPolicy } from '../../models/index.ts';
import type { PaceWorld } from '../../simulation/index.ts';
import { costsIn } from '../bandit/table-policy.ts';

/** A world in which the pace of a rollout was chosen in every way there is, and what each led to. */
export interface PlayedWorld {
  readonly choice: PolicyChoice;
  /** Cost of the rollout at each pace. */
  readonly costs: readonly number[];
}

/** Takes every permitted pace equally often. */
export const UNIFORM = servedAs('uniform', emptyRampPolicy('uniform', 'thompson', 1));

/** What is shipped. */
export const SHIPPED = shippedOrThrow();

/** Never departs from the pace of the plan: it has departed so much already that no departure is affordable. */
export const SCHEDULE = servedAs('schedule', {
  ...emptyRampPolicy('schedule'),
  ledger: { scheduled: RAMP_INPUTS.map(() => 0), departed: RAMP_INPUTS.map(() => 1e9) },
});

/** Worlds with a choice, priced for a balanced appetite. */
export function pricedWorlds(worlds: readonly PaceWorld[]): readonly PlayedWorld[] {
  return worlds.flatMap((world) =>
    world.choice === null ? [] : [{ choice: world.choice, costs: costsIn(world, APPETITES.balanced) }],
  );
}

function servedAs(id: string, artefact: RampPolicy): ServedModel<RampPolicy> {
  return { id, hash: id, fittedAtMs: null, artefact };
}

function shippedOrThrow(): ServedModel<RampPolicy> {
  const { ramp } = shippedModels();
  if (!ramp) throw new Error('no ramp policy is shipped: npm run train:ramp');
  return ramp;
}
