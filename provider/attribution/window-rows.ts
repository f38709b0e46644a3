import type { MetricWindow, ReportRow, VariantPart } from '../../domain/index.ts';
import { type CountedUnits, summarizeDuration, summarizeRate, summarizeValue } from './metric-summary.ts';
import type { MeasuredMetric, OpenWindow, UnitActivity } from './open-window.ts';
import { nameSegments, type SegmentName } from './segment-names.ts';
import { segmentWindows } from './segment-windows.ts';

/** Units that had an event before, for each rate metric of a rollout generation. */
export type PastEvents = Map<string, Set<number>>;

/** A metric with the units that it counts in one window. */
type Counted = CountedUnits & Pick<MeasuredMetric, 'metric' | 'kind'>;

/**
 * What a window says about each of its variants; units with an event are entered into `pastEvents`.
 *
 * Must be called for the windows of a generation in the order of time: whether a unit is at risk depends on earlier windows.
 */
export function rowsOf(window: OpenWindow, pastEvents: PastEvents): readonly ReportRow[] {
  const { rollout, generation, coverage, startMs, endMs, metrics } = window;
  const names = nameSegments(window);
  return [...window.variants].map(([variant, units]) => {
    const activities = [...units.values()];
    const counted = metrics.map(({ metric, kind }, index): Counted => {
      return { metric, kind, index, units: unitsCounted({ metric, kind, index }, units, pastEvents) };
    });
    const all = partOf(activities, counted, names);
    const leaves = leavesIn(activities).map((leaf) => {
      const isIn = (activity: UnitActivity) => activity.leaf === leaf;
      const countedHere = counted.map((one) => ({ ...one, units: one.units.filter(isIn) }));
      return [leaf, partOf(activities.filter(isIn), countedHere, names)] as const;
    });
    const byLeaf = leaves.length > 0 && { leaves: Object.fromEntries(leaves) };
    return { rollout, generation, coverage, variant, startMs, endMs, ...all, ...byLeaf };
  });
}

function leavesIn(activities: readonly UnitActivity[]): readonly string[] {
  return [...new Set(activities.flatMap(({ leaf }) => leaf ?? []))];
}

/** What some of a variant's units showed. */
function partOf(
  activities: readonly UnitActivity[],
  counted: readonly Counted[],
  names: readonly SegmentName[],
): VariantPart {
  const segments = segmentWindows(
    counted.filter(({ kind }) => kind === 'rate'),
    names,
  );
  return {
    units: activities.length,
    newUnits: activities.filter((activity) => activity.isNew).length,
    requests: activities.reduce((sum, activity) => sum + activity.requests, 0),
    metrics: Object.fromEntries(counted.map((metric) => [metric.metric, summaryOf(metric)])),
    ...(Object.keys(segments).length > 0 && { segments }),
  };
}

/** A rate counts the units at risk; everything else counts each unit once per coverage, in its first window. */
function unitsCounted(
  { metric, kind, index }: Omit<Counted, 'units'>,
  units: ReadonlyMap<number, UnitActivity>,
  pastEvents: PastEvents,
): readonly UnitActivity[] {
  switch (kind) {
    case 'rate':
      return unitsAtRisk(index, units, past(pastEvents, metric));
    case 'duration':
      return [...units.values()].filter(({ isNew, outcomes }) => isNew && outcomes[index] !== undefined);
    case 'value':
      return [...units.values()].filter(({ isNew }) => isNew);
  }
}

function past(pastEvents: PastEvents, metric: string): Set<number> {
  const units = pastEvents.get(metric) ?? new Set();
  pastEvents.set(metric, units);
  return units;
}

/** The units that were active and had no event before; those that have their first one now leave. */
function unitsAtRisk(
  index: number,
  units: ReadonlyMap<number, UnitActivity>,
  hadEvent: Set<number>,
): readonly UnitActivity[] {
  const atRisk: UnitActivity[] = [];
  for (const [unitHash, activity] of units) {
    if (hadEvent.has(unitHash)) continue;
    atRisk.push(activity);
    if (activity.outcomes[index] !== undefined) hadEvent.add(unitHash);
  }
  return atRisk;
}

function summaryOf(counted: Counted): MetricWindow {
  switch (counted.kind) {
    case 'rate':
      return summarizeRate(counted);
    case 'duration':
      return summarizeDuration(counted);
    case 'value':
      return summarizeValue(counted);
  }
}
