import { logSumExp } from '../special-functions.ts';

/** E-value from which a model's alarms are too many: the chance of ever getting there with a sound model is 1 in 100. */
export const ALARM_RATE_LINE = 100;

/** Alarm rates that are looked for, as multiples of the nominal one, with equal masses. */
const MULTIPLES = [1.5, 2, 3, 5, 10];

/** Finished benign rollouts of one model version, and how many of them it alarmed in. */
export interface AlarmCounts {
  readonly runs: number;
  readonly alarms: number;
}

/**
 * Log e-value of "the model alarms in more than the nominal share of benign rollouts", valid after every rollout.
 *
 * E = mean over k of (p_k/p₀)^alarms ((1−p_k)/(1−p₀))^(runs−alarms), p_k > p₀: a test supermartingale for every rate up
 * to p₀ (Robbins 1970; Ville 1939 for the bound), and a function of the two counts alone. `nominal` is p₀ in (0, 1), fixed
 * before the first rollout; for automatic demotion twice the nominal rate is asked for.
 */
export function logAlarmRateEValue({ runs, alarms }: AlarmCounts, nominal: number): number {
  const logs = MULTIPLES.map((multiple) => {
    // Half way to 1 where the multiple would reach it.
    const p = Math.min(multiple * nominal, (1 + nominal) / 2);
    return alarms * Math.log(p / nominal) + (runs - alarms) * (Math.log1p(-p) - Math.log1p(-nominal));
  });
  return logSumExp(logs) - Math.log(MULTIPLES.length);
}
