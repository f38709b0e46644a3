import type { DecisionDraws } from '../ramp-policy/seeded-draws.ts';
import { spreadOf, type ValueSums } from '../value-sums.ts';
import { drawGamma } from './draw-gamma.ts';

/** What is believed about the mean of one metric in one variant. */
export type MeanBelief =
  /** Beta(a, b), of a share of units with an event. */
  | { readonly kind: 'rate'; readonly a: number; readonly b: number }
  /** Student's t with location `mean`, `scale` and `degrees` of freedom: the margin of a normal-inverse-gamma. */
  | { readonly kind: 'value'; readonly mean: number; readonly scale: number; readonly degrees: number };

/** What the units of before the comparison say of a metric: the prior of every variant is worth one unit like them. */
export interface MetricBase {
  readonly kind: 'rate' | 'value';
  readonly mean: number;
  readonly variance: number;
}

/** The posterior after some units, which are given by their sums; conjugate (Gelman et al., BDA 3, sections 2.4 and 3.3). */
export function beliefAfter({ kind, mean, variance }: MetricBase, sums: ValueSums): MeanBelief {
  if (kind === 'rate') return { kind, a: mean + sums.sum, b: 1 - mean + sums.n - sums.sum };
  const kappa = 1 + sums.n;
  const squares = spreadOf(sums).squares;
  const away = sums.n === 0 ? 0 : (sums.n / kappa) * (sums.sum / sums.n - mean) ** 2;
  const a = PRIOR_SHAPE + sums.n / 2;
  const b = PRIOR_SHAPE * variance + (squares + away) / 2;
  return { kind, mean: (mean + sums.sum) / kappa, scale: Math.sqrt(b / (a * kappa)), degrees: 2 * a };
}

/** The least shape of the inverse gamma whose variance has a mean and the margin of the mean a variance. */
const PRIOR_SHAPE = 2;

/** Mean and variance of a belief. */
export function momentsOf(belief: MeanBelief): { readonly mean: number; readonly variance: number } {
  if (belief.kind === 'rate') {
    const { a, b } = belief;
    return { mean: a / (a + b), variance: (a * b) / ((a + b) ** 2 * (a + b + 1)) };
  }
  const { mean, scale, degrees } = belief;
  return { mean, variance: (scale * scale * degrees) / (degrees - 2) };
}

/** A belief of the same kind with another mean and variance. */
export function withMoments(belief: MeanBelief, mean: number, variance: number): MeanBelief {
  if (belief.kind === 'rate') {
    const units = (mean * (1 - mean)) / variance - 1;
    return { kind: 'rate', a: mean * units, b: (1 - mean) * units };
  }
  const { degrees } = belief;
  return { kind: 'value', mean, scale: Math.sqrt((variance * (degrees - 2)) / degrees), degrees };
}

/** One mean that is believed possible. */
export function drawMean(belief: MeanBelief, draws: DecisionDraws): number {
  if (belief.kind === 'rate') {
    const [x, y] = [drawGamma(belief.a, draws), drawGamma(belief.b, draws)];
    return x / (x + y);
  }
  const { mean, scale, degrees } = belief;
  return mean + (scale * draws.normal()) / Math.sqrt(drawGamma(degrees / 2, draws) / (degrees / 2));
}
