import { isAdaptive, type MetricDefinition, type RolloutDefinition } from '../../../domain/index.ts';
import type { MetricBase, ValueSums } from '../../../models/index.ts';
import { valueSumsOf } from '../guardrail-monitors.ts';
import { metricIn } from '../read-window.ts';

/** A metric that says which treatment is better. */
export interface Objective {
  readonly metric: MetricDefinition;
  /** Its weight among the objectives; they sum to 1. */
  readonly importance: number;
}

/** The objectives of a plan with adaptive allocation; none of any other. */
export function objectivesOf({ allocation, metrics }: RolloutDefinition): readonly Objective[] {
  if (allocation === undefined || !isAdaptive({ allocation })) return [];
  const total = allocation.objectives.reduce((sum, { importance }) => sum + importance, 0);
  return allocation.objectives.flatMap(({ metric: name, importance }) => {
    const metric = metrics.find((candidate) => candidate.metric === name);
    return metric === undefined ? [] : [{ metric, importance: importance / total }];
  });
}

/** Units and values of one variant in one window; none where it says nothing. */
export function sumsIn(window: Parameters<typeof metricIn>[0], variant: string, metric: MetricDefinition): ValueSums {
  const shown = metricIn(window, variant, metric);
  if (shown?.kind === 'rate') {
    const { exposures: n, events } = shown;
    return { n, sum: events, sumOfSquares: events, nonZero: events };
  }
  return valueSumsOf(shown, metric) ?? { n: 0, sum: 0, sumOfSquares: 0, nonZero: 0 };
}

/** What control's units say of a metric, before treatments are compared by it. */
export function baseOf({ kind }: MetricDefinition, { n, sum, sumOfSquares }: ValueSums): MetricBase {
  const mean = sum / n;
  return { kind: kind === 'rate' ? 'rate' : 'value', mean, variance: sumOfSquares / n - mean * mean };
}

/** Utility of one unit of the metric's mean: its relative change against control, with its sign, by its importance. */
export function worthOf({ metric, importance }: Objective, { mean }: MetricBase): number {
  return (importance * (metric.goodDirection === 'higher' ? 1 : -1)) / Math.abs(mean);
}
