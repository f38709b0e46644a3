import type { Matrix } from '../cholesky.ts';
import { COST_PARTS } from './ramp-costs.ts';
import { RAMP_INPUTS, RAMP_SCHEMA } from './ramp-inputs.ts';

/** How a policy turns what it knows into probabilities. */
export type RampAlgorithm = 'thompson' | 'linUcb' | 'squareCb';

/**
 * What a ramp policy has learned: sums over rollouts, for one θ that all paces share. Plain JSON whose size does not
 * depend on how many rollouts there were.
 */
export interface RampPolicy {
  readonly kind: 'ramp';
  readonly version: string;
  readonly schema: string;
  readonly algorithm: RampAlgorithm;
  /** ε: so much of the probability is spread evenly over the permitted paces. */
  readonly explorationFloor: number;
  /** A = λI + Σ ω φφᵀ. */
  readonly precision: Matrix;
  /** Σ ω r φ of each part of the cost, in the order of COST_PARTS: how much a part matters is said afterwards. */
  readonly moments: Matrix;
  /** Σ ω r rᵀ of the parts. */
  readonly crossMoments: Matrix;
  /** Σ ω. */
  readonly decisions: number;
  readonly ledger: RampLedger;
}

/** What departures from the plan's own pace have added up to; sums of φ, so that any factors and coefficients can price them. */
export interface RampLedger {
  /** φ of the plan's own pace, over all rollouts. */
  readonly scheduled: readonly number[];
  /** φ(x, a) − φ(x, the plan's own pace), over the policy's own departures from it. */
  readonly departed: readonly number[];
}

/** One rollout whose pace was chosen and whose costs are known. */
export interface LearnedRollout {
  /** φ of the pace that it kept, and of the plan's own. */
  readonly inputs: readonly number[];
  readonly scheduledInputs: readonly number[];
  /** The parts of the cost, in the order of COST_PARTS. */
  readonly costs: readonly number[];
  /** ω: 1 for a rollout of one's own, less for a simulated one. */
  readonly importance: number;
}

/** λ: how strongly coefficients are held at 0 before anything is learned. */
const LAMBDA = 1;

const WIDTH = RAMP_INPUTS.length;

/** A policy that knows nothing. */
export function emptyRampPolicy(
  version: string,
  algorithm: RampAlgorithm = 'thompson',
  explorationFloor = 0.02,
): RampPolicy {
  const zeros = () => Array<number>(WIDTH).fill(0);
  return {
    kind: 'ramp',
    version,
    schema: RAMP_SCHEMA,
    algorithm,
    explorationFloor,
    precision: zeros().map((_, i) => zeros().map((_unused, j) => (i === j ? LAMBDA : 0))),
    moments: COST_PARTS.map(zeros),
    crossMoments: COST_PARTS.map(() => COST_PARTS.map(() => 0)),
    decisions: 0,
    ledger: { scheduled: zeros(), departed: zeros() },
  };
}

/** The policy after some more rollouts; what a simulation has shown (ω < 1) is no departure that anybody paid for. */
export function learnRollouts(policy: RampPolicy, learned: readonly LearnedRollout[]): RampPolicy {
  const [precision, moments, crossMoments] = [policy.precision, policy.moments, policy.crossMoments].map(copied);
  const [scheduled, departed] = [[...policy.ledger.scheduled], [...policy.ledger.departed]];
  let { decisions } = policy;
  for (const { inputs, scheduledInputs, costs, importance } of learned) {
    addOuter(precision!, inputs, inputs, importance);
    addOuter(moments!, costs, inputs, importance);
    addOuter(crossMoments!, costs, costs, importance);
    decisions += importance;
    if (importance < 1) continue;
    for (const [i, input] of inputs.entries()) {
      scheduled[i]! += scheduledInputs[i]!;
      departed[i]! += input - scheduledInputs[i]!;
    }
  }
  return {
    ...policy,
    precision: precision!,
    moments: moments!,
    crossMoments: crossMoments!,
    decisions,
    ledger: { scheduled, departed },
  };
}

/** The policy with all that it knows counting a little less, as after each rollout, which brings one choice only: A ← γA + (1 − γ)λI. */
export function forgetALittle(policy: RampPolicy, gamma = 0.999): RampPolicy {
  const faded = (matrix: Matrix) => matrix.map((row) => row.map((value) => gamma * value));
  return {
    ...policy,
    precision: policy.precision.map((row, i) =>
      row.map((value, j) => gamma * value + (i === j ? (1 - gamma) * LAMBDA : 0)),
    ),
    moments: faded(policy.moments),
    crossMoments: faded(policy.crossMoments),
    decisions: gamma * policy.decisions,
  };
}

function copied(matrix: Matrix): number[][] {
  return matrix.map((row) => [...row]);
}

function addOuter(into: number[][], left: readonly number[], right: readonly number[], factor: number): void {
  for (const [i, a] of left.entries()) {
    if (a === 0) continue;
    const row = into[i]!;
    for (const [j, b] of right.entries()) row[j]! += factor * a * b;
  }
}
