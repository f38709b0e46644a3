import { type CostModel, dot, standardised } from './cost-model.ts';

/** Deviations of optimism. */
const ALPHA = 1;

/** All on the pace whose cost may be least: θ̂ᵀφ − α σ̂‖φ‖ in the metric of A⁻¹ (Li, Chu, Langford & Schapire, WWW 2010). */
export function linUcbProbabilities(model: CostModel, inputs: readonly (readonly number[])[]): readonly number[] {
  const bounds = inputs.map((phi) => {
    const u = standardised(model, phi);
    return dot(model.theta, phi) - ALPHA * model.sigma * Math.sqrt(dot(u, u));
  });
  const best = bounds.indexOf(Math.min(...bounds));
  return bounds.map((_, a) => (a === best ? 1 : 0));
}
