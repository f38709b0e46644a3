import type { RolloutDefinition } from '../../domain/index.ts';
import { metricIn } from './read-window.ts';
import type { SummedWindow } from './sum-sources.ts';

/** Traffic of the metric that the risk budget counts, fading with a time constant of an hour. */
export interface TrafficEvidence {
  /** Of all variants. */
  readonly exposures: number;
  /** Time in which they were seen. */
  readonly spanMs: number;
  readonly controlExposures: number;
  readonly controlEvents: number;
}

/** The state before the first window. */
export const EMPTY_TRAFFIC: TrafficEvidence = { exposures: 0, spanMs: 0, controlExposures: 0, controlEvents: 0 };

/** Adds one closed window; a window that shares its time with the one before adds exposures but no time. */
export function addTrafficWindow(
  definition: RolloutDefinition,
  traffic: TrafficEvidence,
  window: SummedWindow,
  { fading, isSameTime }: { readonly fading: number; readonly isSameTime: boolean },
): TrafficEvidence {
  const metric = definition.metrics.find(({ metric: name }) => name === definition.riskBudget?.metric);
  if (metric === undefined) return traffic;
  const variants = [definition.control, ...definition.treatments.map(({ variant }) => variant)];
  const exposures = variants.map((variant) => metricIn(window, variant, metric)?.exposures ?? 0);
  const control = metricIn(window, definition.control, metric);
  const events = control?.kind === 'rate' ? control.events : 0;
  return {
    exposures: traffic.exposures * fading + exposures.reduce((sum, count) => sum + count, 0),
    spanMs: traffic.spanMs * fading + (isSameTime ? 0 : window.endMs - window.startMs),
    controlExposures: traffic.controlExposures * fading + (control?.exposures ?? 0),
    controlEvents: traffic.controlEvents * fading + events,
  };
}
