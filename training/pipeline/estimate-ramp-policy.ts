import {
  cautiousInterval,
  choosePace,
  clippedDoublyRobust,
  clippedDoublyRobustTerms,
  clustersBy,
  crossFitted,
  type DecisionFeatures,
  directMethod,
  doublyRobust,
  empiricalBernsteinInterval,
  ips,
  type LoggedDecision,
  type PolicyLog,
  policyDiagnostics,
  policyInterval,
  type RampPolicy,
  scalarCost,
  snips,
  switchDoublyRobust,
  termDifferences,
} from '../../models/index.ts';
import type { Digest } from '../dataset/data-set-hash.ts';
import type { Measured } from '../gate/index.ts';
import type { RewardRow } from '../rewards/reward-set.ts';
import { fitRampPolicy, inputsOf } from './fit-ramp-policy.ts';

/** What recorded rollouts say of a policy that did not choose their paces. */
export interface RampEstimate {
  readonly rollouts: number;
  readonly effectiveSampleSize: number;
  readonly meanWeight: { readonly value: number; readonly error: number };
  readonly maxWeight: number;
  /** Cost of a rollout by each estimator, under the policy and under the champion. */
  readonly cost: Readonly<Record<string, number>>;
  readonly championCost: Readonly<Record<string, number>>;
  /** Clipped doubly robust, over the same rollouts. */
  readonly costDifference: Measured;
}

const ESTIMATORS = { ips, snips, directMethod, doublyRobust, clippedDoublyRobust, switchDoublyRobust };

/** Rollouts are judged by a policy that has not learned from them. */
const FOLDS = 5;

/** The weight from which on estimates are clipped. */
const TAU = 20;

/** How an estimate is made. */
export interface RampEstimateOptions {
  readonly digest: Digest;
  /** Of the interval, such as 0.95. */
  readonly level: number;
}

/** Estimates off-policy what a rollout costs under the policy that these rows lead to, and under the one before them. */
export function estimateRampPolicy(
  before: RampPolicy,
  rows: readonly RewardRow[],
  { digest, level }: RampEstimateOptions,
): RampEstimate {
  const foldOf = (row: RewardRow) => Number.parseInt(digest(`fold:${row.rollout}`).slice(0, 8), 16) % FOLDS;
  const policies = Array.from({ length: FOLDS }, (_, fold) =>
    fitRampPolicy(
      before,
      `fold ${fold}`,
      rows.filter((row) => foldOf(row) !== fold),
    ),
  );
  const own = crossFitted(rows.map((row) => logOf(policies[foldOf(row)]!, row)));
  const champion = crossFitted(rows.map((row) => logOf(before, row)));
  const { effectiveSampleSize, maxWeight, meanWeight } = policyDiagnostics(own);
  return {
    rollouts: new Set(rows.map(({ rollout }) => rollout)).size,
    effectiveSampleSize,
    meanWeight: { value: meanWeight, error: weightError(own) },
    maxWeight,
    cost: estimatesOf(own),
    championCost: estimatesOf(champion),
    costDifference: costDifference(own, champion, level),
  };
}

function logOf(policy: RampPolicy, row: RewardRow): PolicyLog {
  const { choice, costs, factors } = row;
  const answer = choosePace(policy, {
    features: choice.features as unknown as DecisionFeatures,
    paces: choice.paces,
    scheduled: choice.scheduled,
    factors,
    seed: choice.seed,
  });
  const inputs = inputsOf(row);
  // A policy that gives no probabilities leaves the rollout to the pace of its plan.
  const wanted = answer?.propensities ?? choice.paces.map((_, a) => (a === choice.scheduled ? 1 : 0));
  return {
    rollout: row.rollout,
    actions: inputs.map((one, a) => ({
      inputs: one,
      targetProbability: wanted[a]!,
      propensity: choice.paces[a]!.propensity,
    })),
    taken: choice.taken,
    reward: scalarCost(costs, factors),
  };
}

function estimatesOf(decisions: readonly LoggedDecision[]): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(ESTIMATORS).map(([name, estimator]) => [name, estimator(decisions)]));
}

/** Of the mean weight over rollouts: choices of one rollout are no independent draws of situations. */
function weightError(decisions: readonly LoggedDecision[]): number {
  const clusters = clustersBy(decisions, ({ rollout }) => rollout);
  const mean = decisions.reduce((sum, { importanceWeight }) => sum + importanceWeight, 0) / decisions.length;
  const squares = clusters.map((some) => some.reduce((sum, one) => sum + one.importanceWeight - mean, 0) ** 2);
  const k = clusters.length;
  return Math.sqrt((squares.reduce((sum, square) => sum + square, 0) * k) / (k - 1)) / decisions.length;
}

/**
 * Cost of a choice under one policy less that under another, over the same choices, clipped doubly robust.
 *
 * With fewer than 200 rollouts the wider of the normal interval and the empirical Bernstein bound, whose range is what clipping leaves.
 */
export function costDifference(
  own: readonly LoggedDecision[],
  champion: readonly LoggedDecision[],
  level: number,
): Measured {
  const terms = termDifferences(clippedDoublyRobustTerms(own), clippedDoublyRobustTerms(champion));
  const clusters = clustersBy(terms, ({ rollout }) => rollout);
  const perRollout = own.length / clusters.length;
  const sums = clusters.map((some) => some.reduce((sum, { base, drawn }) => sum + base + drawn, 0) / perRollout);
  const largestCost = own.reduce((most, { reward }) => Math.max(most, reward), 0);
  const mostChoices = clusters.reduce((most, { length }) => Math.max(most, length), 0);
  const range = (2 * (1 + TAU) * largestCost * mostChoices) / perRollout;
  const interval = cautiousInterval(
    clusters.length,
    policyInterval(terms, level),
    empiricalBernsteinInterval(sums, range, level),
  );
  return { value: clippedDoublyRobust(own) - clippedDoublyRobust(champion), ...interval };
}
