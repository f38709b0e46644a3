import type { DrawnTable } from './drawn-table.ts';
import { bootstrapped, type SampledMetric, sampleMetric } from './figures.ts';
import { METRICS } from './metrics.ts';
import { hypervolume, type Point, paretoFront } from './pareto.ts';
import { HORIZON_HOURS } from './run-verdict.ts';
import type { SeedWeights } from './sample.ts';
import type { Front, Sweep } from './score-card.ts';

/** A setting that takes back more benign runs than this is not worth its speed. */
export const MAX_FALSE_ROLLBACKS = 0.02;

/** As bad as it gets: full harm, and full coverage at the horizon (learning.md §16.4). */
const REFERENCE: Point = { hours: HORIZON_HOURS, harm: 1 };

/**
 * The Pareto front of a sweep, and how much it dominates.
 *
 * In each resample the settings are admitted anew, so the interval covers that doubt too.
 */
export function frontOf({ name, policies }: Sweep, { table, positions, once, resamples }: DrawnTable): Front {
  const settings = policies.map((policy): Setting => {
    const sample = (metric: 'falseRollbacks' | 'harm' | 'hoursTo95') =>
      sampleMetric(METRICS[metric], { own: table.runs.get(policy)!, positions });
    return { policy, falseRollbacks: sample('falseRollbacks'), harm: sample('harm'), hours: sample('hoursTo95') };
  });
  const admitted = admit(settings, once);
  const front = paretoFront(admitted);
  return {
    sweep: name,
    settings: policies.map((policy) => ({
      policy,
      isEligible: admitted.some((point) => point.policy === policy),
      isOnFront: front.some((point) => point.policy === policy),
    })),
    hypervolume: bootstrapped((weights) => hypervolume(admit(settings, weights), REFERENCE), once, resamples),
  };
}

/** One policy of a sweep, ready to be resampled. */
interface Setting {
  readonly policy: string;
  readonly falseRollbacks: SampledMetric;
  readonly harm: SampledMetric;
  readonly hours: SampledMetric;
}

function admit(settings: readonly Setting[], weights: SeedWeights): readonly (Point & { readonly policy: string })[] {
  return settings
    .filter(({ falseRollbacks }) => falseRollbacks.at(weights) <= MAX_FALSE_ROLLBACKS)
    .map(({ policy, harm, hours }) => ({ policy, hours: hours.at(weights), harm: harm.at(weights) }))
    .filter(({ hours, harm }) => Number.isFinite(hours) && Number.isFinite(harm));
}
