import type { DurationWindow, MetricWindow, RateWindow, ReportRow, Rollout } from '../../../domain/index.ts';
import type { Increment } from './advance-stream.ts';
import { countOf, type Reading } from './reading.ts';
import { binsOf } from './reading-bins.ts';
import type { PointUse } from './select-points.ts';

const NO_RATE: RateWindow = { kind: 'rate', exposures: 0, events: 0 };

/** An increment, and one of the metrics that it counts for. */
export interface CountedIncrement {
  readonly rollout: Rollout;
  readonly use: PointUse;
  readonly increment: Increment;
}

/**
 * Rows of the windows that increments belong to: each to the one that holds the instant just before its end.
 *
 * Units cannot be told apart, so the exposures of the rollout's first metric from OTLP stand for them, none of them new.
 */
export function windowRows(increments: readonly CountedIncrement[]): readonly ReportRow[] {
  const rows = new Map<string, ReportRow>();
  for (const counted of increments) {
    const place = placeOf(counted);
    const key = JSON.stringify([place.rollout, place.variant, place.startMs]);
    rows.set(key, addTo(rows.get(key) ?? { ...place, units: 0, newUnits: 0, requests: 0, metrics: {} }, counted));
  }
  return [...rows.values()];
}

function placeOf({ rollout: { definition, state }, use: { variant }, increment }: CountedIncrement) {
  const { rollout, windowMs } = definition;
  const startMs = Math.floor((Math.ceil(increment.untilMs) - 1) / windowMs) * windowMs;
  return {
    rollout,
    generation: state.generation,
    coverage: state.coverage,
    variant,
    startMs,
    endMs: startMs + windowMs,
  };
}

function addTo(row: ReportRow, { rollout, use, increment: { reading } }: CountedIncrement): ReportRow {
  const { metric } = use;
  const before = Object.hasOwn(row.metrics, metric) ? row.metrics[metric] : undefined;
  const window = addReading(before, reading, use);
  const leading = rollout.definition.metrics.find(({ source }) => source.kind === 'otlp');
  const exposed = leading?.metric === metric ? window.exposures - (before?.exposures ?? 0) : 0;
  return {
    ...row,
    units: row.units + exposed,
    requests: row.requests + exposed,
    metrics: { ...row.metrics, [metric]: window },
  };
}

function addReading(before: MetricWindow | undefined, reading: Reading, { role, unitMs }: PointUse): MetricWindow {
  if (role === 'durations') return addDurations(before, reading, unitMs);
  const { exposures, events } = before?.kind === 'rate' ? before : NO_RATE;
  const count = countOf(reading);
  return role === 'exposures'
    ? { kind: 'rate', exposures: exposures + count, events }
    : { kind: 'rate', exposures, events: events + count };
}

function addDurations(before: MetricWindow | undefined, reading: Reading, unitMs: number): DurationWindow {
  if (reading.kind === 'sum') throw new Error('a sum has no durations');
  const bins = { ...(before?.kind === 'duration' ? before.bins : {}) };
  for (const [bin, count] of Object.entries(binsOf(reading, unitMs))) bins[bin] = (bins[bin] ?? 0) + count;
  return { kind: 'duration', exposures: (before?.exposures ?? 0) + countOf(reading), bins };
}
