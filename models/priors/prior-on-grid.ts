import type { EffectDistribution } from '../../domain/index.ts';
import type { RiskDistribution } from '../risk-posterior.ts';
import { effectCdf } from './effect-distribution.ts';

/** Belief about a log ratio as probabilities of the points of a geometric grid of relative risks: each has what is nearest to it. */
export function priorOnGrid(prior: EffectDistribution, r: readonly number[]): RiskDistribution {
  const y = r.map((rj) => Math.log(rj));
  const edges = y.slice(1).map((yj, j) => effectCdf(prior, (yj + y[j]!) / 2));
  return y.map((_, j) => (edges[j] ?? 1) - (edges[j - 1] ?? 0));
}
