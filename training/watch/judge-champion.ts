import { ALARM_RATE_LINE, logAlarmRateEValue } from '../../models/index.ts';

/** What is known of a model while it is in use. */
export interface ChampionSigns {
  /** Finished benign rollouts under it, and those among them that it alarmed in. */
  readonly benign: { readonly runs: number; readonly alarms: number };
  /** α of its threshold. */
  readonly nominalAlarmRate: number;
  /** Scores that were NaN or infinite, and those that came too late. */
  readonly unusableScores: number;
  readonly lateScores: number;
  /** Rollouts under it, and those among them that were unlike anything in training. */
  readonly rollouts: number;
  readonly novelRollouts: number;
  /** Rollbacks of its own that a person has marked as false. */
  readonly markedFalse: number;
}

/** Whether a model stays in use. */
export interface ChampionVerdict {
  readonly isToGo: boolean;
  /** In words, for the log and the person who is paged. */
  readonly reasons: readonly string[];
}

const MAX_NOVEL_SHARE = 0.2;

/** Below so many rollouts a share of novel ones is chance. */
const MIN_ROLLOUTS = 20;

const MAX_MARKED_FALSE = 2;

/** Whether a champion has to step down by itself: pure, and a reason for each of its rules that is broken. */
export function judgeChampion(signs: ChampionSigns): ChampionVerdict {
  const { benign, nominalAlarmRate, unusableScores, lateScores, rollouts, novelRollouts, markedFalse } = signs;
  // Twice the nominal rate: a model is not taken back for being a little worse than promised.
  const logE = logAlarmRateEValue(benign, 2 * nominalAlarmRate);
  const novelShare = rollouts === 0 ? 0 : novelRollouts / rollouts;
  const reasons = [
    logE >= Math.log(ALARM_RATE_LINE)
      ? `It alarmed in ${benign.alarms} of ${benign.runs} benign rollouts, at a nominal share of ${nominalAlarmRate}.`
      : null,
    unusableScores > 0 ? `${unusableScores} of its scores were no finite numbers.` : null,
    lateScores > 0 ? `${lateScores} of its scores came too late.` : null,
    rollouts >= MIN_ROLLOUTS && novelShare > MAX_NOVEL_SHARE
      ? `${novelRollouts} of ${rollouts} rollouts are unlike anything that it was fitted on.`
      : null,
    markedFalse >= MAX_MARKED_FALSE ? `People have marked ${markedFalse} of its rollbacks as false.` : null,
  ].filter((reason) => reason !== null);
  return { isToGo: reasons.length > 0, reasons };
}
