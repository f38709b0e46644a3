import { choleskyOf } from '../cholesky.ts';
import { type CostModel, dot, standardised } from './cost-model.ts';
import type { DecisionDraws } from './seeded-draws.ts';

/** M: with so many draws a frequency is known to ±.035 at most (one standard error), and π is exact all the same. */
const DRAWS = 200;

/** Keeps the covariance of paces that are nearly the same positive definite. */
const JITTER = 1e-9;

/**
 * How often each pace is the cheapest under θ̃ ~ N(θ̂, σ̂²A⁻¹) (Agrawal & Goyal, ICML 2013), over M draws.
 *
 * Only the costs φᵀθ̃ of the few paces matter, so those are drawn, from their joint distribution. The pace is sampled
 * from these frequencies and not by one more draw, so they are its propensities exactly, whatever more draws would tend to.
 */
export function thompsonProbabilities(
  model: CostModel,
  inputs: readonly (readonly number[])[],
  draws: DecisionDraws,
): readonly number[] {
  const means = inputs.map((phi) => dot(model.theta, phi));
  const u = inputs.map((phi) => standardised(model, phi));
  const R = choleskyOf(u.map((one, a) => u.map((other, b) => dot(one, other) + (a === b ? JITTER : 0))));
  const wins = inputs.map(() => 0);
  const z = inputs.map(() => 0);
  // The innermost loop of a decision: iterators and small arrays would take longer than the arithmetic.
  for (let draw = 0; draw < DRAWS; draw += 1) {
    for (let i = 0; i < z.length; i += 1) z[i] = draws.normal();
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let a = 0; a < means.length; a += 1) {
      const cost = means[a]! + model.sigma * productThrough(a, R[a]!, z);
      if (!(cost < least)) continue;
      best = a;
      least = cost;
    }
    wins[best]! += 1;
  }
  return wins.map((count) => count / DRAWS);
}

/** The product up to an index, beyond which a row of a lower triangle has nothing but zeros. */
function productThrough(last: number, row: readonly number[], z: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i <= last; i += 1) sum += row[i]! * z[i]!;
  return sum;
}
