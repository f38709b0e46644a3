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

/** Reasons to hold because nothing may end the time at this coverage yet; empty when there are none. */
export function checkWaiting(situation: Situation): readonly Reason[] {
  const { definition, state } = situation.observation.rollout;
  const spentMs = timeSpent(situation);
  const leftMs = definition.burnInMs - spentMs;
  const burnIn: Reason = {
    code: 'burnIn',
    message: `the first ${span(definition.burnInMs)} at ${coverageInWords(state.coverage)} do not count as evidence`,
    releasedBy: `${span(leftMs)} more`,
  };
  return [...(leftMs > 0 ? [burnIn] : []), ...dwellLeft(situation, leastDwell(situation))];
}

/** Reasons for the schedule to hold although a learned part may end this stage already; empty when there are none. */
export function checkPace(situation: Situation): readonly Reason[] {
  const leastMs = leastDwell(situation);
  if (timeSpent(situation) < leastMs || isUntroubled(situation)) return [];
  return dwellLeft(situation, plannedDwell(situation));
}

function dwellLeft(situation: Situation, dwellMs: number): readonly Reason[] {
  const { definition, state } = situation.observation.rollout;
  const spentMs = timeSpent(situation);
  // The last stage is watched for the bake instead.
  if (stageAfter(definition, state.coverage) === undefined || spentMs >= dwellMs) return [];
  return [
    {
      code: 'dwell',
      message: `${span(plannedDwell(situation))} are planned at ${coverageInWords(state.coverage)}, ${span(Math.max(0, spentMs))} have passed`,
      releasedBy: `${span(dwellMs - spentMs)} more`,
    },
  ];
}

function timeSpent({ observation }: Situation): number {
  return observation.nowMs - observation.rollout.state.coverageSinceMs;
}

function plannedDwell({ observation }: Situation): number {
  const { definition, state } = observation.rollout;
  return stageAt(definition, state.coverage).stage.dwellMs;
}

/** Before it no learned part may end a stage. */
function leastDwell(situation: Situation): number {
  const { shortestDwellMs = Number.POSITIVE_INFINITY } = situation.observation.rollout.definition;
  return Math.min(shortestDwellMs, plannedDwell(situation));
}

/** Whether the risk model sees nothing in any treatment that more time at this coverage would be good for. */
function isUntroubled({ observation, assessment }: Situation): boolean {
  const { riskModel } = observation.rollout.definition;
  const isAsked = riskModel === 'hold' || riskModel === 'rollback';
  return isAsked && (assessment.learned?.every((one) => one.isUntroubled) ?? false);
}
