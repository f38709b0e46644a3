import { ALARM_RATE_LINE } from '../../models/index.ts';

/** What is known of one kind of model in one environment when it is asked whether to train. */
export interface TrainingSigns {
  readonly nowMs: number;
  /** When the newest run was created; null when there was none. */
  readonly lastRunMs: number | null;
  /** Labels that came since the cut-off of the newest completed run. */
  readonly newLabels: number;
  /** True when the nightly schedule asks, false when something else does. */
  readonly isNightly: boolean;
  /** Largest population stability index of an input, and how many days in a row it was above its line. */
  readonly stability: { readonly feature: string; readonly index: number; readonly days: number } | null;
  /** Smallest false discovery rate of the inputs' Kolmogorov–Smirnov tests. */
  readonly smallestQ: { readonly feature: string; readonly q: number } | null;
  /** Changes that an adaptive window found in losses or p-values since the newest run. */
  readonly lossChanges: number;
  /** Natural logarithm of the e-value of "it alarms too often". */
  readonly logAlarmRate: number | null;
}

/** A run that should be started, and why. */
export interface DueTraining {
  readonly trigger: 'schedule' | 'labels' | 'drift' | 'alarmRate';
  readonly words: string;
}

/** Pause between two runs of a kind, whatever happens. */
export const COOL_DOWN_MS = 24 * 3_600_000;

/** Nightly runs are a little less than a day apart, because each is late by a part of its jitter. */
const NIGHTLY_COOL_DOWN_MS = 20 * 3_600_000;

/** So many labels are worth a run by themselves. */
export const ENOUGH_LABELS = 200;

const STABILITY_LINE = 0.2;
const STABILITY_DAYS = 2;
const Q_LINE = 0.01;

/**
 * Whether a challenger should be trained now; undefined when not. A trigger starts a run, and never a promotion.
 *
 * A run within the cool-down would see almost the same data, and a night without a new label exactly the same.
 */
export function dueTraining(signs: TrainingSigns): DueTraining | undefined {
  const { nowMs, lastRunMs, newLabels, isNightly } = signs;
  const coolDownMs = isNightly ? NIGHTLY_COOL_DOWN_MS : COOL_DOWN_MS;
  if (lastRunMs !== null && nowMs - lastRunMs < coolDownMs) return undefined;
  const alarm = signs.logAlarmRate;
  if (alarm !== null && alarm >= Math.log(ALARM_RATE_LINE))
    return { trigger: 'alarmRate', words: `the champion alarms too often (e-value ${Math.exp(alarm).toPrecision(3)})` };
  const drift = driftOf(signs);
  if (drift !== undefined) return { trigger: 'drift', words: drift };
  if (newLabels >= ENOUGH_LABELS) return { trigger: 'labels', words: `${newLabels} new labels` };
  if (isNightly && newLabels > 0) return { trigger: 'schedule', words: `nightly, with ${newLabels} new labels` };
  return undefined;
}

function driftOf({ stability, smallestQ, lossChanges }: TrainingSigns): string | undefined {
  if (stability !== null && stability.index > STABILITY_LINE && stability.days >= STABILITY_DAYS)
    return `${stability.feature} has a stability index of ${stability.index.toFixed(2)} for ${stability.days} days`;
  if (smallestQ !== null && smallestQ.q < Q_LINE)
    return `${smallestQ.feature} is distributed otherwise (q = ${smallestQ.q.toPrecision(2)})`;
  return lossChanges > 0 ? `losses have changed ${lossChanges} times` : undefined;
}
