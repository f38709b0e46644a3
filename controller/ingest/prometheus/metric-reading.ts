import type { MetricWindow } from '../../../domain/index.ts';
import type { SourceFault } from './source-fault.ts';

/** What a metric's counters say of one window. */
export interface MetricReading {
  /** By variant; null when the samples cannot be trusted. */
  readonly windows: ReadonlyMap<string, MetricWindow> | null;
  readonly faults: readonly SourceFault[];
}

/** The reading of counters that cannot be trusted. */
export function untrusted(fault: SourceFault): MetricReading {
  return { windows: null, faults: [fault] };
}
