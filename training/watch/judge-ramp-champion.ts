import { ALARM_RATE_LINE, type AlarmCounts, DEPARTURE_TOLERANCE, logAlarmRateEValue } from '../../models/index.ts';
import type { ChampionVerdict } from './judge-champion.ts';

/** What rollouts cost at the paces that a policy chose against the paces of their plans, by the policy's own log; plain JSON. */
export interface CostAgainstSchedule {
  /** Id of the policy. */
  readonly policy: string;
  readonly rollouts: number;
  /** Rollouts at the pace of their plan that the log is worth. */
  readonly effectiveSampleSize: number;
  /** Cost of a choice less what the schedule's would have cost, with its interval. */
  readonly costDifference: { readonly value: number; readonly lower: number; readonly upper: number };
  readonly scheduleCost: number;
}

/** What is known of a ramp policy while it is in use. */
export interface RampSigns {
  /** Generations whose pace it chose. */
  readonly rollouts: number;
  /** Those among them that are labelled healthy, and those of these that were taken back. */
  readonly healthy: AlarmCounts;
  /** Generations that it was asked for, and those for which it gave no probabilities. */
  readonly asked: number;
  readonly withoutProbabilities: number;
  /** null: nobody has estimated it. */
  readonly cost: CostAgainstSchedule | null;
}

/** What a policy in use is held to. */
export interface RampLines {
  /** Share of healthy rollouts that may be taken back. */
  readonly falseRollback: number;
  /** Rollouts that a log has to be worth before its costs count. */
  readonly effectiveSampleSize: number;
}

/** Log e-value of "more than twice the accepted share of healthy rollouts were taken back under it". */
export function logTooManyRollbacks({ healthy }: RampSigns, { falseRollback }: RampLines): number {
  return logAlarmRateEValue(healthy, 2 * falseRollback);
}

/** Whether a ramp policy has to step down by itself: pure, a reason for each rule that is broken; what nobody knows speaks for keeping. */
export function judgeRampChampion(signs: RampSigns, lines: RampLines): ChampionVerdict {
  const { healthy, asked, withoutProbabilities } = signs;
  const reasons = [
    ...(logTooManyRollbacks(signs, lines) >= Math.log(ALARM_RATE_LINE)
      ? [
          `${healthy.alarms} of ${healthy.runs} healthy rollouts whose pace it chose were taken back, at an accepted share of ${lines.falseRollback}.`,
        ]
      : []),
    ...(withoutProbabilities > 0
      ? [
          `For ${withoutProbabilities} of ${asked} rollouts it gave no usable probabilities, so that they kept the pace of their plans.`,
        ]
      : []),
    ...tooDear(signs.cost, lines),
  ];
  return { isToGo: reasons.length > 0, reasons };
}

/** Departures from the plan may cost a little; what is shown to cost more than that is taken back. */
function tooDear(cost: CostAgainstSchedule | null, lines: RampLines): readonly string[] {
  if (cost === null || cost.effectiveSampleSize < lines.effectiveSampleSize) return [];
  const { costDifference, scheduleCost, rollouts } = cost;
  const { value, lower, upper } = costDifference;
  // Written so that NaN shows nothing.
  if (!(lower > DEPARTURE_TOLERANCE * Math.abs(scheduleCost))) return [];
  const [more, least, most, schedule] = [value, lower, upper, scheduleCost].map((one) => Number(one.toPrecision(3)));
  return [
    `At its paces a rollout costs ${more} [${least}, ${most}] more than the ${schedule} at the pace of its plan, by ${rollouts} rollouts: more than ${100 * DEPARTURE_TOLERANCE} %.`,
  ];
}
