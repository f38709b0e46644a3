import { type CostModel, dot } from './cost-model.ts';

/** γ grows with the root of what was learned from. */
const GAMMA = 0.5;

/**
 * Inverse gap weighting: 1/(K + γ (ĉ_a − ĉ_best)) on the others, what is left on the best (Foster & Rakhlin, ICML 2020,
 * Algorithm 1), with γ = ½√n and gaps in deviations of the cost.
 */
export function squareCbProbabilities(
  model: CostModel,
  inputs: readonly (readonly number[])[],
  decisions: number,
): readonly number[] {
  const costs = inputs.map((phi) => dot(model.theta, phi) / model.sigma);
  const best = costs.indexOf(Math.min(...costs));
  const gamma = GAMMA * Math.sqrt(decisions);
  const others = costs.map((cost, a) => (a === best ? 0 : 1 / (costs.length + gamma * (cost - costs[best]!))));
  const left = 1 - others.reduce((sum, share) => sum + share, 0);
  return others.map((share, a) => (a === best ? left : share));
}
