import type { Decision, KeptPace } from '../../../domain/index.ts';
import type { DecisionModels } from '../learned/decision-models.ts';
import type { Situation } from '../observation.ts';
import { choosePace } from './choose-pace.ts';
import { type Choosable, followPace } from './follow-pace.ts';

/** A decision, and the pace that the rollout keeps from now on; absent: none is chosen yet. */
export interface Paced {
  readonly decision: Decision;
  readonly pace?: KeptPace;
}

/**
 * Follows the learned pace of a rollout in place of the schedule where a ramp is permitted. It is chosen the first time that one
 * is, when the traffic and the first evidence are known and nobody has gone anywhere yet.
 */
export function atPace(situation: Situation, choosable: Choosable, { ramp }: DecisionModels): Paced {
  const { scheduled, move } = choosable;
  const isAsked = situation.observation.rollout.definition.rampPolicy === 'learned' && move.action === 'ramp';
  // What was learned says nothing of a rollout like none before.
  if (!isAsked || situation.assessment.learned?.some(({ isNovel }) => isNovel)) return { decision: scheduled };
  const kept = situation.evidence.pace;
  if (kept !== undefined) return { decision: followPace(situation, choosable, kept.pace), pace: kept };
  const { kept: pace, reason, choice } = choosePace(situation, ramp);
  const followed = followPace(situation, choosable, pace.pace);
  const decision = { ...followed, reasons: [...followed.reasons, reason] };
  return { decision: choice === undefined ? decision : { ...decision, choice }, pace };
}
