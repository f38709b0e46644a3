import type { MetricDefinition, PrometheusSource, RolloutDefinition } from '../../../domain/index.ts';

/** A metric that Prometheus counts. */
export interface PrometheusMetric {
  readonly metric: string;
  readonly kind: MetricDefinition['kind'];
  readonly source: PrometheusSource;
}

/** The metrics of a rollout that Prometheus counts. */
export function prometheusMetricsOf({ metrics }: Pick<RolloutDefinition, 'metrics'>): readonly PrometheusMetric[] {
  return metrics.flatMap(({ metric, kind, source }) =>
    source.kind === 'prometheus' ? [{ metric, kind, source }] : [],
  );
}

/** The selectors of these metrics, each once. */
export function selectorsOf(metrics: readonly PrometheusMetric[]): readonly string[] {
  const selectors = metrics.flatMap(({ source: { exposures, events, buckets } }) => [exposures, events, buckets]);
  return [...new Set(selectors.filter((selector) => selector !== undefined))];
}
