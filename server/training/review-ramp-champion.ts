import type { Clock, LearningStorage, ModelReview, Scope } from '../../domain/index.ts';
import { ALARM_RATE_LINE } from '../../models/index.ts';
import { RAMP_GATE_LIMITS } from '../../training/gate/index.ts';
import { DRIFT_LINE, judgeRampChampion, logTooManyRollbacks, type RampSigns } from '../../training/watch/index.ts';
import { readRampSigns } from './read-ramp-signs.ts';
import { takeBack } from './take-back.ts';

/** What a look at a ramp policy in use has found. */
export interface RampReview {
  readonly modelId: string;
  readonly atMs: number;
  /** Decisions since then were looked at. */
  readonly sinceMs: number;
  readonly signs: RampSigns;
  /** What speaks against keeping it. */
  readonly against: readonly string[];
  /** Why it was taken back; empty for one that stays. */
  readonly demotedFor: readonly string[];
}

/**
 * Looks at the ramp policy that is champion in an environment, and takes the environment's own back if that has to go: then
 * the one before it decides, or what is shipped. undefined where there is none, or somebody was faster.
 */
export async function reviewRampChampion(
  storage: LearningStorage,
  clock: Clock,
  scope: Scope,
): Promise<RampReview | undefined> {
  const champion = await storage.models.readChampion(scope, 'ramp');
  if (champion === undefined) return undefined;
  const nowMs = clock.nowMs();
  const { modelId, changedAtMs } = champion;
  const [newest] = await storage.models.listMoves(scope, 'ramp', 1);
  const signs = await readRampSigns(storage, scope, { policy: modelId, sinceMs: changedAtMs, nowMs });
  const { isToGo, reasons } = judgeRampChampion(signs, RAMP_GATE_LIMITS);
  const wasTakenBack =
    isToGo && (await takeBack(storage, scope, champion, { reasons, ifRevision: newest?.revision ?? 0 }));
  if (wasTakenBack === undefined) return undefined;
  const about = { modelId, atMs: nowMs, sinceMs: changedAtMs, signs };
  return { ...about, against: reasons, demotedFor: wasTakenBack ? reasons : [] };
}

/** What is kept of a review, for people: an alarm of a ramp policy is a healthy rollout that was taken back under it. */
export function rampReviewOf({ modelId, atMs, sinceMs, signs, against, demotedFor }: RampReview): ModelReview {
  return {
    kind: 'ramp',
    modelId,
    atMs,
    sinceMs,
    rollouts: { count: signs.rollouts, novel: 0, novelLine: 1, leastCount: 0 },
    alarms: {
      ...signs.healthy,
      nominalShare: RAMP_GATE_LIMITS.falseRollback,
      log10: logTooManyRollbacks(signs, RAMP_GATE_LIMITS) / Math.LN10,
      lineLog10: Math.log10(ALARM_RATE_LINE),
    },
    drift: null,
    driftLine: DRIFT_LINE,
    calibration: null,
    byBand: [],
    against,
    wasTakenBack: demotedFor.length > 0,
  };
}
