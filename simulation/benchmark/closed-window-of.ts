import {
  addVariants,
  type ClosedWindow,
  type MetricDefinition,
  type MetricWindow,
  type RolloutDefinition,
  type VariantWindow,
} from '../../domain/index.ts';
import type { ArmWindow, PolicyWindow, SegmentCounts } from '../policies/policy.ts';
import type { AcceptedWindow } from './ingest-windows.ts';

/** Identity of the only source there is. */
const SOURCE = 'service';

/** What can be measured in a world, by the name of the metric. */
const MEASURED: Readonly<Record<string, (arm: ArmWindow) => MetricWindow>> = {
  errors: ({ exposures, errors }) => ({ kind: 'rate', exposures, events: errors }),
  slow: ({ exposures, slow }) => ({ kind: 'rate', exposures, events: slow }),
  latency: ({ exposures, durations }) => ({ kind: 'duration', exposures, bins: durations }),
  purchases: ({ exposures, conversions }) => ({ kind: 'rate', exposures, events: conversions }),
  buyers: ({ exposures, conversions }) =>
    valueWindow(exposures, conversions, { sum: conversions, sumOfSquares: conversions }),
  revenue: ({ exposures, conversions, revenue }) => valueWindow(exposures, conversions, revenue),
};

/** The closed window that the controller would read, of the metrics that the rollout declares. */
export function closedWindowOf(
  { window, reports, clockSkewMs }: AcceptedWindow,
  definition: RolloutDefinition,
  originMs: number,
): ClosedWindow {
  const variants = reports.map((report) => variantsOf(report, definition)).reduce(addVariants);
  return {
    startMs: originMs + window.startMs,
    endMs: originMs + window.endMs,
    coverage: window.coverage,
    sources: { [SOURCE]: { reports: reports.length, clockSkewMs, variants } },
  };
}

function variantsOf(
  { treatment, control, segments }: PolicyWindow,
  definition: RolloutDefinition,
): Readonly<Record<string, VariantWindow>> {
  const parts = definition.segments.length === 0 ? undefined : segments;
  return {
    new: variantOf(treatment, definition.metrics, parts, 'treatment'),
    old: variantOf(control, definition.metrics, parts, 'control'),
  };
}

function variantOf(
  arm: ArmWindow,
  metrics: readonly MetricDefinition[],
  segments: PolicyWindow['segments'] | undefined,
  side: 'treatment' | 'control',
): VariantWindow {
  return {
    units: arm.exposures,
    newUnits: arm.exposures,
    requests: arm.exposures,
    metrics: Object.fromEntries(metrics.map(({ metric }) => [metric, measured(metric, arm)])),
    ...(segments !== undefined && {
      segments: Object.fromEntries(
        Object.entries(segments)
          .filter(([, sides]) => sides[side].exposures > 0)
          .map(([segment, sides]) => [segment, { errors: rateOf(sides[side]) }]),
      ),
    }),
  };
}

function measured(metric: string, arm: ArmWindow): MetricWindow {
  const measure = MEASURED[metric];
  if (measure === undefined)
    throw new Error(`worlds have no metric "${metric}", only ${Object.keys(MEASURED).join(', ')}`);
  return measure(arm);
}

function rateOf({ exposures, errors }: SegmentCounts): MetricWindow {
  return { kind: 'rate', exposures, events: errors };
}

function valueWindow(exposures: number, nonZero: number, { sum, sumOfSquares }: ArmWindow['revenue']): MetricWindow {
  return { kind: 'value', exposures, sum, sumOfSquares, nonZero };
}
