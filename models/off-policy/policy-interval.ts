import { mean, sum } from '../averages.ts';
import { type BootstrapInterval, clustersBy } from '../cluster-bootstrap.ts';
import { normalQuantile } from '../special-functions.ts';
import type { PolicyTerm } from './policy-terms.ts';

/** Fewer rollouts than this are too few for a normal mean. */
const FEW_ROLLOUTS = 200;

/**
 * Interval of an estimate, whose unit is the rollout: its mean and z standard errors.
 *
 * A log that seldom took what the target policy wants shows seldom how far its weights scatter, and believes itself most where
 * it saw least. How often it would have taken what is in its propensities, so besides the variance of the terms that were drawn
 * there is the one to be expected: Var(base) + E Σ_a p(a) drawn(a)² − E(drawn)² (that of the doubly robust estimator: Dudík,
 * Erhan, Langford & Li, Stat. Sci. 29, 2014). The larger one counts. Decisions of one rollout are taken to err together.
 */
export function policyInterval(terms: readonly PolicyTerm[], level: number): BootstrapInterval {
  const rollouts = clustersBy(terms, ({ rollout }) => rollout);
  const centre = mean(terms.map(({ base, drawn }) => base + drawn));
  const perRollout = terms.length / rollouts.length;
  const seen = rollouts.map((some) => sum(some.map(({ base, drawn }) => base + drawn - centre)) / perRollout);
  const meanBase = mean(terms.map(({ base }) => base));
  const bases = rollouts.map((some) => sum(some.map(({ base }) => base - meanBase)) / perRollout);
  const squares = rollouts.map((some) => (sum(some.map(expectedSize)) / perRollout) ** 2);
  const meanDrawn = mean(terms.map(({ drawn }) => drawn));
  const expected = meanSquare(bases) + mean(squares) - meanDrawn ** 2;
  const reach =
    normalQuantile((1 + level) / 2) * Math.sqrt(Math.max(meanSquare(seen), expected) / (rollouts.length - 1));
  return { lower: centre - reach, upper: centre + reach };
}

function expectedSize({ possible }: PolicyTerm): number {
  return Math.sqrt(sum(possible.map(({ propensity, drawn }) => propensity * drawn ** 2)));
}

function meanSquare(values: readonly number[]): number {
  return mean(values.map((value) => value ** 2));
}

/**
 * Interval of a mean of independent terms that lie in a range R: V̂ ± (√(2 Var ln(2/δ)/n) + 7R ln(2/δ)/(3(n − 1))).
 *
 * Empirical Bernstein bound (Maurer & Pontil, COLT 2009, Theorem 4, one side at δ): both sides together hold with
 * probability 1 − 2δ, so `level` 0.95 takes δ = 0.025. Valid for any number of terms, and wide for few.
 */
export function empiricalBernsteinInterval(terms: readonly number[], range: number, level: number): BootstrapInterval {
  const n = terms.length;
  const centre = mean(terms);
  const variance = sum(terms.map((term) => (term - centre) ** 2)) / (n - 1);
  const log = Math.log(4 / (1 - level));
  const reach = Math.sqrt((2 * variance * log) / n) + (7 * range * log) / (3 * (n - 1));
  return { lower: centre - reach, upper: centre + reach };
}

/** Of two intervals the one to be believed: with fewer than 200 rollouts the wider, else the normal one. */
export function cautiousInterval(
  rollouts: number,
  normal: BootstrapInterval,
  bernstein: BootstrapInterval,
): BootstrapInterval {
  const width = ({ lower, upper }: BootstrapInterval) => upper - lower;
  return rollouts < FEW_ROLLOUTS && width(bernstein) > width(normal) ? bernstein : normal;
}
