import type { MetricWindows, RateWindow } from '../../domain/index.ts';
import { type CountedUnits, summarizeRate } from './metric-summary.ts';
import type { UnitActivity } from './open-window.ts';
import type { SegmentName } from './segment-names.ts';

/** The units at risk of a rate. */
export interface UnitsAtRisk extends CountedUnits {
  readonly metric: string;
}

/** The rates of each segment; the segments of one attribute divide the units that have it. */
export function segmentWindows(
  rates: readonly UnitsAtRisk[],
  names: readonly SegmentName[],
): Readonly<Record<string, MetricWindows>> {
  const segments = new Map<string, Map<string, RateWindow>>();
  for (const { metric, index, units } of rates) {
    for (const [segment, members] of names.flatMap((nameOf) => [...divide(units, nameOf)])) {
      const windows = segments.get(segment) ?? new Map<string, RateWindow>();
      segments.set(segment, windows.set(metric, summarizeRate({ index, units: members })));
    }
  }
  return Object.fromEntries([...segments].map(([segment, windows]) => [segment, Object.fromEntries(windows)]));
}

function divide(units: readonly UnitActivity[], nameOf: SegmentName): ReadonlyMap<string, readonly UnitActivity[]> {
  const segments = new Map<string, UnitActivity[]>();
  for (const unit of units) {
    const segment = nameOf(unit.segmentCode);
    if (segment === undefined) continue;
    const members = segments.get(segment);
    if (members === undefined) segments.set(segment, [unit]);
    else members.push(unit);
  }
  return segments;
}
