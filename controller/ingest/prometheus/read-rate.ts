import type { RateWindow } from '../../../domain/index.ts';
import { type CountedSpan, counterIncrease } from './counter-increase.ts';
import { type CounterSeries, labelOf } from './counter-series.ts';
import { type MetricReading, untrusted } from './metric-reading.ts';

/** The counters of a rate, told apart by the variant label. */
export interface RateCounters {
  readonly variantLabel: string;
  readonly exposures: readonly CounterSeries[];
  readonly events: readonly CounterSeries[];
}

/**
 * Exposures and events of each variant whose exposures were looked at in the window.
 *
 * A variant without series of events has no events: most libraries make the series with the first event.
 */
export function readRate({ variantLabel, exposures, events }: RateCounters, span: CountedSpan): MetricReading {
  const exposureCounts = sumByVariant(exposures, variantLabel, span);
  const eventCounts = sumByVariant(events, variantLabel, span);
  if (exposureCounts === undefined || eventCounts === undefined) {
    return untrusted({ reason: 'invalidSample', detail: 'a sample is not a whole number of at least 0' });
  }
  const windows = new Map<string, RateWindow>();
  for (const [variant, count] of exposureCounts)
    windows.set(variant, { kind: 'rate', exposures: count, events: eventCounts.get(variant) ?? 0 });
  return { windows, faults: [] };
}

function sumByVariant(
  series: readonly CounterSeries[],
  variantLabel: string,
  span: CountedSpan,
): ReadonlyMap<string, number> | undefined {
  const sums = new Map<string, number>();
  for (const counter of series) {
    const increase = counterIncrease(counter.samples, span);
    if (increase === undefined) return undefined;
    const variant = labelOf(counter, variantLabel)!;
    if (increase.isSampled) sums.set(variant, (sums.get(variant) ?? 0) + increase.count);
  }
  return sums;
}
