import {
  type ClosedWindow,
  durationBinUpperMs,
  type MetricWindow,
  type RolloutDefinition,
} from '../../domain/index.ts';
import { mergeSketches, quantileBin } from '../../models/index.ts';
import { guardrailsOf } from './guardrails-of.ts';
import type { ObservedAssessment } from './health-assessment.ts';
import { metricIn } from './read-window.ts';

/** Sums over all windows of the metrics that no gate looks at: metric → variant → one big window. */
export type ObservedSums = Readonly<Record<string, Readonly<Record<string, MetricWindow>>>>;

/** The state before the first window. */
export function emptyObservedSums(definition: RolloutDefinition): ObservedSums {
  return Object.fromEntries(observedMetrics(definition).map(({ metric }) => [metric, {}]));
}

/** Adds one closed window. */
export function addObservedWindow(
  definition: RolloutDefinition,
  sums: ObservedSums,
  window: ClosedWindow,
): ObservedSums {
  const variants = [definition.control, ...definition.treatments.map(({ variant }) => variant)];
  return Object.fromEntries(
    observedMetrics(definition).map((metric) => {
      const byVariant = new Map(Object.entries(sums[metric.metric]!));
      for (const variant of variants) {
        const shown = metricIn(window, variant, metric);
        if (shown !== undefined) byVariant.set(variant, merge(byVariant.get(variant), shown));
      }
      return [metric.metric, Object.fromEntries(byVariant)] as const;
    }),
  );
}

/** Totals for people: the mean of a value, the share of units with an event, the median of a duration. */
export function assessObserved(definition: RolloutDefinition, sums: ObservedSums): readonly ObservedAssessment[] {
  return observedMetrics(definition).map(({ metric, kind }) => ({
    metric,
    kind,
    variants: Object.entries(sums[metric]!).map(([variant, sum]) => ({
      variant,
      exposures: sum.exposures,
      mean: sum.exposures === 0 ? null : centreOf(sum),
    })),
  }));
}

function centreOf(sum: MetricWindow): number | null {
  switch (sum.kind) {
    case 'rate':
      return sum.events / sum.exposures;
    case 'value':
      return sum.sum / sum.exposures;
    case 'duration': {
      const bin = quantileBin(sum.bins, 0.5);
      return bin === undefined ? null : durationBinUpperMs(bin);
    }
  }
}

function observedMetrics(definition: RolloutDefinition) {
  const guardrails = guardrailsOf(definition);
  return definition.metrics.filter((metric) => !guardrails.includes(metric));
}

function merge(sum: MetricWindow | undefined, window: MetricWindow): MetricWindow {
  if (sum === undefined) return window;
  const exposures = sum.exposures + window.exposures;
  if (sum.kind === 'rate' && window.kind === 'rate') {
    return { kind: 'rate', exposures, events: sum.events + window.events };
  }
  if (sum.kind === 'value' && window.kind === 'value') {
    const sumOfSquares = sum.sumOfSquares + window.sumOfSquares;
    return { kind: 'value', exposures, sum: sum.sum + window.sum, sumOfSquares };
  }
  if (sum.kind === 'duration' && window.kind === 'duration') {
    return { kind: 'duration', exposures, bins: mergeSketches(sum.bins, window.bins) };
  }
  throw new Error(`a ${window.kind} cannot be added to a ${sum.kind}`);
}
