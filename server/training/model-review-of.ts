import type { ModelReview } from '../../domain/index.ts';
import { ALARM_RATE_LINE } from '../../models/index.ts';
import { DRIFT_LINE, logTooManyAlarms, MAX_NOVEL_SHARE, MIN_JUDGED_ROLLOUTS } from '../../training/watch/index.ts';
import type { ChampionReview } from './review-champion.ts';

/** What is kept of a review, for people. */
export function modelReviewOf(kind: string, review: ChampionReview): ModelReview {
  const { modelId, atMs, sinceMs, hasReference, signs, figures, against, demotedFor } = review;
  return {
    kind,
    modelId,
    atMs,
    sinceMs,
    rollouts: {
      count: signs.rollouts,
      novel: signs.novelRollouts,
      novelLine: MAX_NOVEL_SHARE,
      leastCount: MIN_JUDGED_ROLLOUTS,
    },
    alarms: {
      ...signs.benign,
      nominalShare: signs.nominalAlarmRate,
      log10: logTooManyAlarms(signs) / Math.LN10,
      lineLog10: Math.log10(ALARM_RATE_LINE),
    },
    drift: hasReference ? figures.drift : null,
    driftLine: DRIFT_LINE,
    calibration: calibrationOf(figures.calibration),
    byBand: figures.byBand,
    against,
    wasTakenBack: demotedFor.length > 0,
  };
}

function calibrationOf(calibration: ChampionReview['figures']['calibration']): ModelReview['calibration'] {
  if (calibration === null) return null;
  const { rollouts, predicted, realised, bins, pValue } = calibration;
  return {
    rollouts,
    predicted,
    realised,
    // Without bins nothing was asked.
    pValue: bins.length > 0 && Number.isFinite(pValue) ? pValue : null,
    bins: bins.map((bin) => ({ count: bin.count, predicted: bin.predicted, realised: bin.realised })),
  };
}
