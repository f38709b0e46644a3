import type { PaceInPlan } from '../../domain/index.ts';
import { conservativePaces } from './conservative-paces.ts';
import { type CostModel, costModelOf } from './cost-model.ts';
import { linUcbProbabilities } from './lin-ucb-probabilities.ts';
import type { CostFactors } from './ramp-costs.ts';
import { type DecisionFeatures, RAMP_INPUTS, rampInputs } from './ramp-inputs.ts';
import type { RampPolicy } from './ramp-policy.ts';
import { decisionDraws } from './seeded-draws.ts';
import { squareCbProbabilities } from './square-cb-probabilities.ts';
import { thompsonProbabilities } from './thompson-probabilities.ts';

/** A choice that a policy is asked for. */
export interface RampQuestion {
  readonly features: DecisionFeatures;
  /** Permitted paces, at least one. */
  readonly paces: readonly PaceInPlan[];
  /** Index of the plan's own. */
  readonly scheduled: number;
  readonly factors: CostFactors;
  readonly seed: number;
}

/** What a policy chose, and with which probability it might have chosen what else. */
export interface RampAnswer {
  /** Index of the pace. */
  readonly taken: number;
  /** π of every pace: exactly the distribution that the pace was sampled from. */
  readonly propensities: readonly number[];
  /** Inputs by which the pace is believed cheaper (below 0) or dearer than the plan's own, the largest first. */
  readonly mainInputs: readonly { readonly input: string; readonly cost: number }[];
}

/** Chooses among permitted paces; undefined if what the policy has learned gives no probabilities. */
export function choosePace(policy: RampPolicy, question: RampQuestion): RampAnswer | undefined {
  const { features, paces, scheduled, factors, seed } = question;
  const inputs = paces.map((pace) => rampInputs(features, pace));
  const model = costModelOf(policy, factors);
  if (!Number.isFinite(model.sigma) || !model.theta.every(Number.isFinite)) return undefined;
  const isAffordable = conservativePaces(policy, model, { inputs, scheduled, factors });
  const affordable = inputs.flatMap((_, a) => (isAffordable[a] ? [a] : []));
  const draws = decisionDraws(seed);
  const shares = probabilities(
    policy,
    model,
    affordable.map((a) => inputs[a]!),
    draws,
  );
  const epsilon = policy.explorationFloor;
  const propensities = inputs.map((_, a) => {
    const place = affordable.indexOf(a);
    return place < 0 ? 0 : (1 - epsilon) * shares[place]! + epsilon / affordable.length;
  });
  if (!isDistribution(propensities)) return undefined;
  const taken = sampled(propensities, draws.uniform());
  return { taken, propensities, mainInputs: mainInputs(model, inputs[taken]!, inputs[scheduled]!) };
}

function probabilities(
  { algorithm, decisions }: RampPolicy,
  model: CostModel,
  inputs: readonly (readonly number[])[],
  draws: ReturnType<typeof decisionDraws>,
): readonly number[] {
  switch (algorithm) {
    case 'thompson':
      return thompsonProbabilities(model, inputs, draws);
    case 'linUcb':
      return linUcbProbabilities(model, inputs);
    case 'squareCb':
      return squareCbProbabilities(model, inputs, decisions);
  }
}

/** The pace at a uniform number in (0, 1); rounding can leave a gap at the end, which belongs to the last possible one. */
export function sampled(propensities: readonly number[], uniform: number): number {
  let below = 0;
  for (const [a, propensity] of propensities.entries()) {
    below += propensity;
    if (uniform < below) return a;
  }
  return propensities.findLastIndex((propensity) => propensity > 0);
}

function isDistribution(propensities: readonly number[]): boolean {
  const total = propensities.reduce((sum, propensity) => sum + propensity, 0);
  return propensities.every((propensity) => propensity >= 0) && Math.abs(total - 1) < 1e-9;
}

const SHOWN_INPUTS = 3;

function mainInputs({ theta }: CostModel, taken: readonly number[], scheduled: readonly number[]) {
  return RAMP_INPUTS.map((input, i) => ({ input, cost: theta[i]! * (taken[i]! - scheduled[i]!) }))
    .filter(({ cost }) => cost !== 0)
    .sort((one, other) => Math.abs(other.cost) - Math.abs(one.cost))
    .slice(0, SHOWN_INPUTS);
}
