import {
  type CostFactors,
  decisionDraws,
  forgetALittle,
  learnRollouts,
  type RampPolicy,
  seedOf,
} from '../../models/index.ts';
import type { PaceWorld } from '../../simulation/index.ts';
import { learnedFrom } from '../../simulation/index.ts';
import { HARMFUL_SHARE } from '../harmful-share.ts';
import { chosenIn, costsIn } from './table-policy.ts';

/** What a tenant's rollouts have cost so far, one after the other, at the paces that were chosen and otherwise. */
export interface Spent {
  readonly own: number;
  /** At the pace of the plan, which is that of the schedule, in the same worlds. */
  readonly asPlanned: number;
  /** The most by which it was ever dearer than the pace of the plan and what the budget of departures allows. */
  readonly worst: number;
}

/** A policy that learns from a tenant's own rollouts, and what they have cost it. */
export interface Learner {
  readonly policy: RampPolicy;
  readonly rollouts: number;
  readonly spent: Spent;
}

/** Whose rollouts they are, and which ones. */
export interface Stream {
  readonly pool: readonly PaceWorld[];
  readonly factors: CostFactors;
  readonly seed: number;
}

/** A policy without experience of its own. */
export function beginner(policy: RampPolicy): Learner {
  return { policy, rollouts: 0, spent: { own: 0, asPlanned: 0, worst: Number.NEGATIVE_INFINITY } };
}

/** The learner after one more rollout in a world that is drawn from the pool; worlds may come again. */
export function afterRollout({ policy, rollouts, spent }: Learner, { pool, factors, seed }: Stream): Learner {
  const { uniform } = decisionDraws(seedOf('world', seed, rollouts));
  const isHarmful = uniform() < HARMFUL_SHARE;
  const ofKind = pool.filter((world) => world.isHarmful === isHarmful);
  const world = ofKind[Math.floor(uniform() * ofKind.length)]!;
  const costs = costsIn(world, factors);
  const answer = chosenIn(world, policy, { factors, seed: seedOf('pace', seed, rollouts) });
  const taken = answer?.taken ?? 0;
  const plan = world.choice?.scheduled ?? 0;
  const own = spent.own + costs[taken]!;
  const asPlanned = spent.asPlanned + costs[plan]!;
  const worst = Math.max(spent.worst, own - 1.05 * asPlanned - factors.falseRollback);
  return {
    policy: learned(policy, world, taken),
    rollouts: rollouts + 1,
    spent: { own, asPlanned, worst },
  };
}

function learned(policy: RampPolicy, { choice, runs }: PaceWorld, taken: number): RampPolicy {
  if (choice === null) return policy;
  return learnRollouts(forgetALittle(policy), [learnedFrom({ ...choice, taken }, runs[taken]!.costs, 1)]);
}
