import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { DATASOURCE } from './variables.ts';

/** What a panel asks, and what its series are called: "{{variant}}". */
export interface Asked {
  readonly expr: string;
  readonly legend: string;
}

/** Label matchers of the environments that are chosen. */
export const IN_ENVIRONMENT = 'tenant=~"$tenant", environment=~"$environment"';

/** Label matchers of the one rollout that is chosen. */
export const IN_ROLLOUT = 'tenant="$tenant", environment="$environment", rollout="$rollout"';

/** A question and the name of its answers. */
export function ask(expr: string, legend: string): Asked {
  return { expr, legend };
}

/**
 * The value of a gauge of rollouts, whichever server tells it.
 *
 * Each server shows what its own newest pass found, so the same series may come from several.
 */
export function told(metric: string, matchers: string, by: readonly string[] = []): string {
  return `max by (${by.join(', ')}) (rampwright_${metric}{${matchers}})`;
}

/** Events per second of a counter, all servers together. */
export function rate(metric: string, matchers: string, by: readonly string[] = []): string {
  return `sum by (${by.join(', ')}) (rate(rampwright_${metric}{${matchers}}[$__rate_interval]))`;
}

/** A quantile of a histogram, all servers together. */
export function quantile(share: number, metric: string, by: readonly string[] = []): string {
  const labels = ['le', ...by].join(', ');
  return `histogram_quantile(${share}, sum by (${labels}) (rate(rampwright_${metric}_bucket[$__rate_interval])))`;
}

/** Over time, as a line has it. */
export function overTime({ expr, legend }: Asked, refId: string): DataqueryBuilder {
  return new DataqueryBuilder().datasource(DATASOURCE).expr(expr).legendFormat(legend).range().refId(refId);
}

/** As of now, as a table or a number has it. */
export function atOnce({ expr, legend }: Asked, refId: string): DataqueryBuilder {
  return new DataqueryBuilder()
    .datasource(DATASOURCE)
    .expr(expr)
    .legendFormat(legend)
    .instant()
    .format(PromQueryFormat.Table)
    .refId(refId);
}

/** Names of the queries of a panel: A, B, C, … */
export function refIdOf(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}
