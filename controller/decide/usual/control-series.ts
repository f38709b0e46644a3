import type { ClosedWindow, Rollout } from '../../../domain/index.ts';
import { sumSources } from '../sum-sources.ts';
import {
  closedStep,
  type FillingStep,
  fillStep,
  missingBetween,
  type RateStep,
  ratesOf,
  stepMsOf,
} from './rate-steps.ts';

/** What control showed of one rate, step by step: what forecasters learn from. */
export interface ControlSeries {
  readonly metric: string;
  readonly stepMs: number;
  readonly startMs: number;
  /** ln of the rate, turned so that higher is worse; null where nothing is known. */
  readonly values: readonly (number | null)[];
}

/** Control's series of each rate in windows in the order of their time; made by the same code as a decision's own. */
export function controlSeries(
  { definition }: Pick<Rollout, 'definition'>,
  windows: readonly ClosedWindow[],
  excluded: readonly string[],
): readonly ControlSeries[] {
  const summed = windows.map((window) => sumSources(window, { known: [], excluded }));
  return ratesOf(definition).flatMap((metric): ControlSeries[] => {
    const steps: RateStep[] = [];
    let filling: FillingStep | null = null;
    for (const window of summed) {
      const filled: ReturnType<typeof fillStep> = fillStep(definition, metric, filling, { window, isBurnIn: false });
      if (filled.closed !== null) steps.push(filled.closed);
      filling = filled.filling;
    }
    if (filling !== null) steps.push(closedStep(metric, filling));
    const ofControl = steps.filter(({ isFull }) => !isFull);
    const [first] = ofControl;
    if (first === undefined) return [];
    const values = ofControl.flatMap(({ startMs, value }, index) => [
      ...missingBetween(ofControl[index - 1]?.startMs ?? null, startMs, definition),
      value,
    ]);
    return [{ metric: metric.metric, stepMs: stepMsOf(definition), startMs: first.startMs, values }];
  });
}
