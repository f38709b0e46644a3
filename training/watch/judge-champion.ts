import { ALARM_RATE_LINE, logAlarmRateEValue } from '../../models/index.ts';
import { type InferenceTimes, LATE_SCORE_MS, MAX_LATE_IN_A_ROW, NO_TIMES } from './inference-times.ts';

/** Kinds of models that say something of a rollout, and can be seen to say it too often. */
export type ReviewedKind = 'risk' | 'novelty' | 'forecast';

/** What is known of a model while it is in use. */
export interface ChampionSigns {
  /** Finished benign rollouts under it, and those among them that it alarmed in: by calling them harmful, novel or unusual. */
  readonly benign: { readonly runs: number; readonly alarms: number };
  /** α of its threshold. */
  readonly nominalAlarmRate: number;
  /** Scores that were NaN or infinite. */
  readonly unusableScores: number;
  /** Its speed in the process that judges it. */
  readonly latency: InferenceTimes;
  /** Rollouts under it, and those among them that were unlike anything in training. */
  readonly rollouts: number;
  readonly novelRollouts: number;
  /** Rollbacks of its own that a person has marked as false. */
  readonly markedFalse: number;
}

/** Nothing was seen that speaks against a model. */
export const NO_SIGNS: ChampionSigns = {
  benign: { runs: 0, alarms: 0 },
  nominalAlarmRate: 1,
  unusableScores: 0,
  latency: NO_TIMES,
  rollouts: 0,
  novelRollouts: 0,
  markedFalse: 0,
};

/** Whether a model stays in use. */
export interface ChampionVerdict {
  readonly isToGo: boolean;
  /** In words, for the log and the person who is paged. */
  readonly reasons: readonly string[];
}

/** A larger share of rollouts that are unlike anything in training takes a model back. */
export const MAX_NOVEL_SHARE = 0.2;

/** Below so many rollouts a share of novel ones is chance. */
export const MIN_JUDGED_ROLLOUTS = 20;

const MAX_MARKED_FALSE = 2;

/** Log e-value of "it alarms in more than twice its nominal share of benign rollouts": a little more takes no model back. */
export function logTooManyAlarms({ benign, nominalAlarmRate }: ChampionSigns): number {
  return logAlarmRateEValue(benign, 2 * nominalAlarmRate);
}

/** What an alarm of each kind is, said of so many of so many rollouts. */
const ALARMED: Readonly<Record<ReviewedKind, (share: string) => string>> = {
  risk: (share) => `It alarmed in ${share} benign rollouts`,
  novelty: (share) => `It called ${share} benign rollouts novel`,
  forecast: (share) => `It found rates of ${share} benign rollouts unusual`,
};

/** Whether a champion has to step down by itself: pure, and a reason for each of its rules that is broken. */
export function judgeChampion(signs: ChampionSigns, kind: ReviewedKind = 'risk'): ChampionVerdict {
  const { benign, nominalAlarmRate, unusableScores, latency, rollouts, novelRollouts, markedFalse } = signs;
  const novelShare = rollouts === 0 ? 0 : novelRollouts / rollouts;
  const reasons = [
    logTooManyAlarms(signs) >= Math.log(ALARM_RATE_LINE)
      ? `${ALARMED[kind](`${benign.alarms} of ${benign.runs}`)}, at a nominal share of ${nominalAlarmRate}.`
      : null,
    unusableScores > 0 ? `${unusableScores} of its scores were no finite numbers.` : null,
    latency.lateInARow >= MAX_LATE_IN_A_ROW
      ? `Its last ${latency.lateInARow} of ${latency.scores} scores took more than ${LATE_SCORE_MS} ms each.`
      : null,
    rollouts >= MIN_JUDGED_ROLLOUTS && novelShare > MAX_NOVEL_SHARE
      ? `${novelRollouts} of ${rollouts} rollouts are unlike anything that it was fitted on.`
      : null,
    markedFalse >= MAX_MARKED_FALSE ? `People have marked ${markedFalse} of its rollbacks as false.` : null,
  ].filter((reason) => reason !== null);
  return { isToGo: reasons.length > 0, reasons };
}
