import type { MetricDefinition, MetricWindow, MetricWindows, VariantPart } from '../../domain/index.ts';

/** Windows of one metric, on both sides of a comparison. */
export interface Sides<T = MetricWindow | undefined> {
  readonly treatment: T;
  readonly control: T;
}

/** Windows by variant. */
interface ByVariant {
  readonly variants: Readonly<Record<string, VariantPart>>;
}

/** What a variant's window says about a metric; undefined when it says nothing, or something of another kind or impossible. */
export function metricIn({ variants }: ByVariant, variant: string, metric: MetricDefinition): MetricWindow | undefined {
  return ofKind(ownEntry(variants, variant)?.metrics, metric);
}

/** The same for the units of one segment. */
export function segmentIn(
  { variants }: ByVariant,
  variant: string,
  segment: string,
  metric: MetricDefinition,
): MetricWindow | undefined {
  return ofKind(ownEntry(ownEntry(variants, variant)?.segments, segment), metric);
}

function ofKind(windows: MetricWindows | undefined, { metric, kind }: MetricDefinition): MetricWindow | undefined {
  const shown = ownEntry(windows, metric);
  return shown?.kind === kind && isPossible(shown) ? shown : undefined;
}

/** Counters of different instruments may contradict each other; such a window says nothing. */
function isPossible(window: MetricWindow): boolean {
  return window.kind !== 'rate' || window.events <= window.exposures;
}

/** The value that a record holds itself under a key that anybody may have chosen; never an inherited one. */
export function ownEntry<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
