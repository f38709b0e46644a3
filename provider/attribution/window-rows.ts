import { durationBinOf, type MetricWindow, type ReportRow } from '../../domain/index.ts';
import type { MeasuredMetric, OpenWindow, UnitActivity } from './open-window.ts';

/** Units that had an event before, for each rate metric of a rollout generation. */
export type PastEvents = Map<string, Set<number>>;

/**
 * What a window says about each of its variants; units with an event are entered into `pastEvents`.
 *
 * Must be called for the windows of a generation in the order of time: whether a unit is at risk depends on earlier windows.
 */
export function rowsOf(window: OpenWindow, pastEvents: PastEvents): readonly ReportRow[] {
  const { rollout, generation, coverage, startMs, endMs, metrics } = window;
  return [...window.variants].map(([variant, units]) => {
    const activities = [...units.values()];
    return {
      rollout,
      generation,
      coverage,
      variant,
      startMs,
      endMs,
      units: units.size,
      newUnits: activities.filter((activity) => activity.isNew).length,
      requests: activities.reduce((sum, activity) => sum + activity.requests, 0),
      metrics: Object.fromEntries(
        metrics.map((metric, index) => [metric.metric, summaryOf(metric, index, units, pastEvents)]),
      ),
    };
  });
}

function summaryOf(
  { metric, kind }: MeasuredMetric,
  index: number,
  units: ReadonlyMap<number, UnitActivity>,
  pastEvents: PastEvents,
): MetricWindow {
  switch (kind) {
    case 'rate':
      return rateWindow(index, units, past(pastEvents, metric));
    case 'duration':
      return durationWindow(index, units);
    case 'value':
      return valueWindow(index, units);
  }
}

function past(pastEvents: PastEvents, metric: string): Set<number> {
  const units = pastEvents.get(metric) ?? new Set();
  pastEvents.set(metric, units);
  return units;
}

/** First events among the units that were active and had none before. */
function rateWindow(index: number, units: ReadonlyMap<number, UnitActivity>, hadEvent: Set<number>): MetricWindow {
  let exposures = 0;
  let events = 0;
  for (const [unitHash, { outcomes }] of units) {
    if (hadEvent.has(unitHash)) continue;
    exposures += 1;
    if (outcomes[index] === undefined) continue;
    events += 1;
    hadEvent.add(unitHash);
  }
  return { kind: 'rate', exposures, events };
}

/** Each unit once per coverage: the slowest request of its first window. */
function durationWindow(index: number, units: ReadonlyMap<number, UnitActivity>): MetricWindow {
  const bins: Record<string, number> = {};
  let exposures = 0;
  for (const { isNew, outcomes } of units.values()) {
    const slowestMs = outcomes[index];
    if (!isNew || slowestMs === undefined) continue;
    const bin = durationBinOf(slowestMs);
    bins[bin] = (bins[bin] ?? 0) + 1;
    exposures += 1;
  }
  return { kind: 'duration', exposures, bins };
}

/** One number per active unit; a unit without events counts with 0. */
function valueWindow(index: number, units: ReadonlyMap<number, UnitActivity>): MetricWindow {
  let sum = 0;
  let sumOfSquares = 0;
  for (const { outcomes } of units.values()) {
    const value = outcomes[index] ?? 0;
    sum += value;
    sumOfSquares += value * value;
  }
  return { kind: 'value', exposures: units.size, sum, sumOfSquares };
}
