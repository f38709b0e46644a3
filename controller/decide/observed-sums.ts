import { addMetric, durationBinMidMs, type MetricWindow, type RolloutDefinition } from '../../domain/index.ts';
import { flatSketch, quantileBins } from '../../models/index.ts';
import { guardrailsOf } from './guardrails-of.ts';
import type { ObservedAssessment } from './health-assessment.ts';
import { metricIn } from './read-window.ts';
import type { SummedWindow } from './sum-sources.ts';

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
  window: SummedWindow,
): ObservedSums {
  const variants = [definition.control, ...definition.treatments.map(({ variant }) => variant)];
  return Object.fromEntries(
    observedMetrics(definition).map((metric) => {
      const byVariant = new Map(Object.entries(sums[metric.metric]!));
      for (const variant of variants) {
        const shown = metricIn(window, variant, metric);
        const before = byVariant.get(variant);
        if (shown !== undefined) byVariant.set(variant, before === undefined ? shown : addMetric(before, shown));
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
      const [bin] = quantileBins(flatSketch(sum.bins), [0.5]) ?? [];
      return bin === undefined ? null : durationBinMidMs(bin);
    }
  }
}

function observedMetrics(definition: RolloutDefinition) {
  const guardrails = guardrailsOf(definition);
  return definition.metrics.filter((metric) => !guardrails.includes(metric));
}
