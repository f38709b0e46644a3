import { ALARM_RATE_LINE, type AlarmCounts, DEPARTURE_TOLERANCE, logAlarmRateEValue } from '../../models/index.ts';
import type { ChampionVerdict } from './judge-champion.ts';

/** What the choices of a policy cost against those of the schedule, by the policy's own log; plain JSON. */
export interface CostAgainstSchedule {
  /** Id of the policy. */
  readonly policy: string;
  readonly rollouts: number;
  readonly choices: number;
  /** Choices by the schedule that the log is worth. */
  readonly effectiveSampleSize: number;
  /** Cost of a choice less what the schedule's would have cost, with its interval. */
  readonly costDifference: { readonly value: number; readonly lower: number; readonly upper: number };
  readonly scheduleCost: number;
}

/** What is known of a ramp policy while it is in use. */
export interface RampSigns {
  /** Generations in which it chose. */
  readonly rollouts: number;
  /** Those among them that are labelled healthy, and those of these that were taken back. */
  readonly healthy: AlarmCounts;
  /** Decisions that it was asked for, and those in which it gave no probabilities. */
  readonly asked: number;
  readonly withoutProbabilities: number;
  /** null: nobody has estimated it. */
  readonly cost: CostAgainstSchedule | null;
}

/** What a policy in use is held to. */
export interface RampLines {
  /** Share of healthy rollouts that may be taken back. */
  readonly falseRollback: number;
  /** Choices that a log has to be worth before its costs count. */
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
          `In ${withoutProbabilities} of ${asked} decisions it gave no usable probabilities, so that the schedule had to choose.`,
        ]
      : []),
    ...tooDear(signs.cost, lines),
  ];
  return { isToGo: reasons.length > 0, reasons };
}

/** Departures from the schedule may cost a little; what is shown to cost more than that is taken back. */
function tooDear(cost: CostAgainstSchedule | null, lines: RampLines): readonly string[] {
  if (cost === null || cost.effectiveSampleSize < lines.effectiveSampleSize) return [];
  const { costDifference, scheduleCost, choices, rollouts } = cost;
  const { value, lower, upper } = costDifference;
  // Written so that NaN shows nothing.
  if (!(lower > DEPARTURE_TOLERANCE * Math.abs(scheduleCost))) return [];
  const [more, least, most, schedule] = [value, lower, upper, scheduleCost].map((one) => Number(one.toPrecision(3)));
  return [
    `Its choices cost ${more} [${least}, ${most}] more than the ${schedule} of the schedule's, by ${choices} choices in ${rollouts} rollouts: more than ${100 * DEPARTURE_TOLERANCE} %.`,
  ];
}
