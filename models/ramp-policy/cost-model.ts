import { choleskyOf, type Matrix, solveLower, solveUpper } from '../cholesky.ts';
import { COST_PARTS, type CostFactors } from './ramp-costs.ts';
import type { RampPolicy } from './ramp-policy.ts';

/** What a policy believes a pace costs somebody: normal, with mean θ̂ᵀφ and deviation σ̂‖φ‖ in the metric of A⁻¹. */
export interface CostModel {
  /** θ̂ = A⁻¹c. */
  readonly theta: readonly number[];
  /** A = LLᵀ. */
  readonly L: Matrix;
  /** σ̂: deviation of a cost around its mean. */
  readonly sigma: number;
}

/** Before anything is known, costs are taken to be spread so much; counted as one rollout. */
const PRIOR_SIGMA = 5;

/** The belief for these factors. */
export function costModelOf(policy: RampPolicy, factors: CostFactors): CostModel {
  const { precision, moments, crossMoments, decisions } = policy;
  const f = COST_PARTS.map((part) => factors[part]);
  const c = precision.map((_, j) => f.reduce((sum, factor, k) => sum + factor * moments[k]![j]!, 0));
  const L = rootOf(policy);
  const theta = solveUpper(L, solveLower(L, c));
  const squares = f.reduce((sum, a, i) => sum + f.reduce((part, b, j) => part + a * b * crossMoments[i]![j]!, 0), 0);
  const residual = Math.max(0, squares - dot(theta, c));
  return { theta, L, sigma: Math.sqrt((residual + PRIOR_SIGMA ** 2) / (decisions + 1)) };
}

/** The root of A is the same for all factors, and a policy that is served makes one decision after another. */
function rootOf(policy: RampPolicy): Matrix {
  const known = roots.get(policy);
  if (known !== undefined) return known;
  const L = choleskyOf(policy.precision);
  roots.set(policy, L);
  return L;
}

const roots = new WeakMap<RampPolicy, Matrix>();

/** u with ‖u‖² = φᵀA⁻¹φ: products of such vectors are covariances of the believed costs, but for σ̂². */
export function standardised({ L }: CostModel, inputs: readonly number[]): readonly number[] {
  return solveLower(L, inputs);
}

/** Σ aᵢbᵢ. */
export function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i]! * b[i]!;
  return sum;
}
