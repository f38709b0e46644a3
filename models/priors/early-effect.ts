import type { EffectDistribution } from '../../domain/index.ts';
import { effectDensity } from './effect-distribution.ts';
import type { EffectEstimate } from './effect-estimates.ts';

/** What is believed about an effect after some of its data. */
export interface EarlyEffect {
  readonly mean: number;
  readonly lower: number;
  readonly upper: number;
}

/**
 * Posterior mean and central interval of an effect whose estimate is still noisy, by quadrature on a grid.
 *
 * A heavy-tailed prior draws small estimates to its centre and leaves large clear ones alone (Dawid, Biometrika 1973),
 * which no normal prior does. `level` is the interval's probability.
 */
export function earlyEffect(prior: EffectDistribution, estimate: EffectEstimate, level: number): EarlyEffect {
  const x = gridFor(prior, estimate);
  const logLikelihood = x.map((xj) => -0.5 * ((estimate.effect - xj) / estimate.standardError) ** 2);
  // The largest one where the prior is positive, so that the far tails of both cannot meet at 0 · 0.
  const top = Math.max(...logLikelihood);
  const density = x.map((xj, j) => effectDensity(prior, xj) * Math.exp(logLikelihood[j]! - top));
  let [total, moment] = [0, 0];
  const cumulative = [0];
  for (let j = 1; j < x.length; j += 1) {
    const width = x[j]! - x[j - 1]!;
    total += (width * (density[j]! + density[j - 1]!)) / 2;
    moment += (width * (density[j]! * x[j]! + density[j - 1]! * x[j - 1]!)) / 2;
    cumulative.push(total);
  }
  const at = (p: number) => crossing(x, cumulative, p * total);
  return { mean: moment / total, lower: at((1 - level) / 2), upper: at((1 + level) / 2) };
}

const LIKELIHOOD_POINTS = 401;
const LIKELIHOOD_REACH = 10;
const PART_POINTS = 401;
const PART_REACH = 8;

/** Dense where the likelihood or a part of the prior is narrow, and reaching far into the tails of each. */
function gridFor(prior: EffectDistribution, { effect, standardError }: EffectEstimate): readonly number[] {
  const spread = (points: number, reach: number) =>
    Array.from({ length: points }, (_, j) => reach * ((2 * j) / (points - 1) - 1));
  const points = [
    ...spread(LIKELIHOOD_POINTS, LIKELIHOOD_REACH).map((u) => effect + standardError * u),
    ...prior.parts.flatMap(({ location, scale }) =>
      spread(PART_POINTS, PART_REACH).map((u) => location + scale * Math.sinh(u)),
    ),
  ];
  return [...new Set(points)].sort((a, b) => a - b);
}

function crossing(x: readonly number[], cumulative: readonly number[], level: number): number {
  const above = Math.max(
    1,
    cumulative.findIndex((value) => value >= level),
  );
  const [before, after] = [cumulative[above - 1]!, cumulative[above]!];
  const part = after > before ? (level - before) / (after - before) : 0;
  return x[above - 1]! + part * (x[above]! - x[above - 1]!);
}
