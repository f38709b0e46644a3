import { mean, sum } from '../averages.ts';
import { type BootstrapInterval, type BootstrapOptions, clusterBootstrap, clustersBy } from '../cluster-bootstrap.ts';
import type { OffPolicyEstimator } from './estimators.ts';
import type { LoggedDecision } from './logged-decision.ts';

/** Fewer rollouts than this are too few for a bootstrap alone. */
const FEW_ROLLOUTS = 200;

/** Interval of an estimate, whose unit is the rollout: cluster bootstrap, percentiles. */
export function policyInterval(
  decisions: readonly LoggedDecision[],
  estimator: OffPolicyEstimator,
  options: BootstrapOptions,
): BootstrapInterval {
  return clusterBootstrap(
    clustersBy(decisions, ({ rollout }) => rollout),
    estimator,
    options,
  );
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

/** Of two intervals the one to be believed: with fewer than 200 rollouts the wider, else the bootstrap's. */
export function cautiousInterval(
  rollouts: number,
  bootstrap: BootstrapInterval,
  bernstein: BootstrapInterval,
): BootstrapInterval {
  const width = ({ lower, upper }: BootstrapInterval) => upper - lower;
  return rollouts < FEW_ROLLOUTS && width(bernstein) > width(bootstrap) ? bernstein : bootstrap;
}
