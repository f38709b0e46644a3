import { type Draws, seededDraws } from '../../draws.ts';
import { type ArmSums, addSums, addWindow, noSums } from '../arms/arm-sums.ts';
import { controlShare, thinned } from '../arms/matched-arms.ts';
import type { CountedMetric } from '../arms/watched-metric.ts';
import type { PolicyWindow } from '../policy.ts';
import type { MetricSamples } from './judge-metric.ts';

/** One value a minute for each arm, control as large as the treatment. */
export interface MinuteSeries {
  add(windows: readonly PolicyWindow[]): void;
  /** The share of exposures with the event, by minute of event time, from a minute on. */
  samplesOf(metric: CountedMetric, fromMs: number): MetricSamples;
}

interface Minute {
  readonly experiment: ArmSums;
  readonly control: ArmSums;
}

const MINUTE_MS = 60_000;

/** Keeps these draws apart from others of the same seed. */
const CONTROL_STREAM = 102;

/** Series of a whole canary; grows by windows. */
export function minuteSeries(seed: number): MinuteSeries {
  const draws = seededDraws(seed, CONTROL_STREAM);
  const minutes: (Minute | undefined)[] = [];
  return {
    add(windows) {
      for (const window of windows) addToMinute(minutes, window, draws);
    },
    samplesOf(metric, fromMs) {
      const known = minutes.slice(Math.max(0, Math.floor(fromMs / MINUTE_MS))).filter((minute) => minute !== undefined);
      return {
        experiment: known.map(({ experiment }) => experiment[metric] / experiment.exposures),
        control: known.map(({ control }) => control[metric] / control.exposures),
      };
    },
  };
}

function addToMinute(minutes: (Minute | undefined)[], window: PolicyWindow, draws: Draws): void {
  // A clock that runs early reports a time before the start: the first minute takes it.
  const index = Math.max(0, Math.floor(window.startMs / MINUTE_MS));
  minutes[index] ??= { experiment: noSums(), control: noSums() };
  const minute = minutes[index];
  addWindow(minute.experiment, window.treatment);
  const rest = noSums();
  addWindow(rest, window.control);
  addSums(minute.control, thinned(draws, rest, controlShare(window.coverage)));
}
