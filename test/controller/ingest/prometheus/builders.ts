import type { Answers, CounterSeries } from '../../../../controller/index.ts';
import type { MetricDefinition, Rollout } from '../../../../domain/index.ts';
import { aRolloutIn } from '../../builders.ts';

/** A counter of one process, with samples as [seconds, value]. */
export const aSeries = (
  labels: Readonly<Record<string, string>>,
  ...samples: readonly (readonly [number, number])[]
): CounterSeries => ({
  labels: { job: 'shop', instance: 'a', ...labels },
  samples: samples.map(([seconds, value]) => ({ atMs: seconds * 1000, value })),
});

const declared = { role: 'guardrail', goodDirection: 'lower', margin: 0.1, weight: 1, noData: 'hold' } as const;

/** A running rollout of "on" against "off" whose coverage began at second 0, in windows of 10 s. */
export const aCountedRollout = (metrics: readonly Pick<MetricDefinition, 'metric' | 'kind' | 'source'>[]): Rollout => {
  const { definition, state } = aRolloutIn('running');
  const complete = metrics.map(
    (metric): MetricDefinition => ({
      signal: metric.kind === 'duration' ? 'latency' : 'error',
      graceMs: 0,
      unit: '',
      dispersion: 1,
      ...declared,
      ...metric,
    }),
  );
  return {
    definition: { ...definition, metrics: complete, windowMs: 10_000 },
    state: { ...state, coverageSinceMs: 0 },
  };
};

export const ERRORS = {
  metric: 'errors',
  kind: 'rate',
  source: { kind: 'prometheus', variantLabel: 'variant', exposures: 'all_total', events: 'bad_total' },
} as const;

export const LATENCY = {
  metric: 'latency',
  kind: 'duration',
  source: { kind: 'prometheus', variantLabel: 'variant', buckets: 'time_bucket', bucketUnitMs: 1 },
} as const;

/** Answers of the selectors of ERRORS and LATENCY. */
export const answers = (bySelector: Readonly<Record<string, readonly CounterSeries[]>>): Answers =>
  new Map(Object.entries(bySelector));
