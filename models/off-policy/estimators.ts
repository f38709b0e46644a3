import { mean, sum } from '../averages.ts';
import type { LoggedDecision } from './logged-decision.ts';

/** An estimate of the mean reward that a policy would have had. */
export type OffPolicyEstimator = (decisions: readonly LoggedDecision[]) => number;

/** From here on an importance weight is clipped, or its decision switched to the model. */
const TAU = 20;

/** Inverse propensity: mean(w r); unbiased with right propensities, and wild with large weights (Horvitz & Thompson 1952). */
export const ips: OffPolicyEstimator = (decisions) =>
  mean(decisions.map(({ importanceWeight: w, reward }) => w * reward));

/** Self-normalised: Σwr/Σw; a little biased, and never outside the rewards seen (Swaminathan & Joachims 2015). */
export const snips: OffPolicyEstimator = (decisions) =>
  sum(decisions.map(({ importanceWeight: w, reward }) => w * reward)) /
  sum(decisions.map(({ importanceWeight }) => importanceWeight));

/** Direct method: mean v; as good as its model. */
export const directMethod: OffPolicyEstimator = (decisions) => mean(decisions.map(({ targetValue }) => targetValue));

/** Doubly robust: mean(v + w (r − q̂)); right if either propensities or model are (Dudík, Langford & Li, ICML 2011). */
export const doublyRobust: OffPolicyEstimator = (decisions) =>
  mean(decisions.map((decision) => doublyRobustTerm(decision, decision.importanceWeight)));

/** Doubly robust with weights of at most τ: less variance for some bias. */
export function clippedDoublyRobust(decisions: readonly LoggedDecision[], tau = TAU): number {
  return mean(decisions.map((decision) => doublyRobustTerm(decision, clippedWeight(decision.importanceWeight, tau))));
}

/** Doubly robust where w ≤ τ and the model alone elsewhere (Wang, Agarwal & Dudík, ICML 2017). */
export function switchDoublyRobust(decisions: readonly LoggedDecision[], tau = TAU): number {
  return mean(decisions.map((decision) => doublyRobustTerm(decision, switchedWeight(decision.importanceWeight, tau))));
}

/** A weight of at most τ. */
export function clippedWeight(w: number, tau = TAU): number {
  return Math.min(w, tau);
}

/** A weight that counts up to τ only. */
export function switchedWeight(w: number, tau = TAU): number {
  return w <= tau ? w : 0;
}

/** v + w (r − q̂) of one decision under a weight. */
export function doublyRobustTerm({ reward, predicted, targetValue }: LoggedDecision, w: number): number {
  return targetValue + w * (reward - predicted);
}

/** Sample standard deviation of the doubly robust terms over √n, of independent decisions. */
export function doublyRobustError(decisions: readonly LoggedDecision[]): number {
  const terms = decisions.map((decision) => doublyRobustTerm(decision, decision.importanceWeight));
  const centre = mean(terms);
  const n = terms.length;
  return Math.sqrt(sum(terms.map((term) => (term - centre) ** 2)) / (n - 1) / n);
}
