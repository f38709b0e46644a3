import type { ClosedWindow, MetricDefinition, MetricWindow } from '../../domain/index.ts';

/** What a variant's window says about a metric; undefined when it says nothing, or something of another kind. */
export function metricIn(window: ClosedWindow, variant: string, metric: MetricDefinition): MetricWindow | undefined {
  const shown = ownEntry(ownEntry(window.variants, variant)?.metrics, metric.metric);
  return shown?.kind === metric.kind ? shown : undefined;
}

/** The value that a record holds itself under a key that anybody may have chosen; never an inherited one. */
export function ownEntry<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
