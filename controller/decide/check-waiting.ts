import type { Reason } from '../../domain/index.ts';
import type { Situation } from './observation.ts';
import { stageAfter, stageAt } from './stage-at.ts';
import { coverageInWords, span } from './words.ts';

/** The reason to hold because a person paused the rollout; empty when nobody did. */
export function checkPause({ observation }: Situation): readonly Reason[] {
  if (observation.rollout.state.phase !== 'paused') return [];
  return [
    {
      code: 'paused',
      message: 'a person paused the rollout; guardrails stay armed',
      releasedBy: 'resume',
    },
  ];
}

/** Reasons to hold because the time at this coverage is not over yet; empty when there are none. */
export function checkWaiting({ observation }: Situation): readonly Reason[] {
  const { nowMs, rollout } = observation;
  const { definition, state } = rollout;
  const spentMs = nowMs - state.coverageSinceMs;
  const at = coverageInWords(state.coverage);
  const reasons: Reason[] = [];
  if (spentMs < definition.burnInMs) {
    reasons.push({
      code: 'burnIn',
      message: `the first ${span(definition.burnInMs)} at ${at} do not count as evidence`,
      releasedBy: `${span(definition.burnInMs - spentMs)} more`,
    });
  }
  const { dwellMs } = stageAt(definition, state.coverage).stage;
  // The last stage is watched for the bake instead.
  if (stageAfter(definition, state.coverage) !== undefined && spentMs < dwellMs) {
    reasons.push({
      code: 'dwell',
      message: `${span(dwellMs)} are planned at ${at}, ${span(Math.max(0, spentMs))} have passed`,
      releasedBy: `${span(dwellMs - spentMs)} more`,
    });
  }
  return reasons;
}
