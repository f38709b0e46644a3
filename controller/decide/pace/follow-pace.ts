import type { Decision, PaceName, Reason } from '../../../domain/index.ts';
import { type Pace, paceCalled } from '../../../models/index.ts';
import type { Envelope } from '../envelope.ts';
import type { Situation } from '../observation.ts';
import { assessActions } from '../permitted-actions.ts';
import { doubtsOf } from '../propose-move.ts';
import { stageAt } from '../stage-at.ts';
import { coverageInWords, span } from '../words.ts';
import { leadsBeyondHalf, paceDwellMs, paceTarget } from './pace-in-plan.ts';

/** What is chosen among. */
export interface Choosable {
  readonly envelope: Envelope;
  /** What the schedule does now. */
  readonly scheduled: Decision;
  /** The ramp that it would make if the dwell were over. */
  readonly move: Decision;
}

/** The permitted action that is nearest to what a pace wants; the schedule's own where that is the same. */
export function followPace(situation: Situation, choosable: Choosable, name: PaceName): Decision {
  const { scheduled, move } = choosable;
  const pace = paceCalled(name);
  if (pace.pace === 'asPlanned') return scheduled;
  const { nowMs, rollout } = situation.observation;
  const { definition, state } = rollout;
  const dwellMs = paceDwellMs(definition, pace, stageAt(definition, state.coverage).stage);
  const spentMs = nowMs - state.coverageSinceMs;
  const isLonger = (leadsBeyondHalf(definition, state.coverage) ? pace.halfFactor : pace.dwellFactor) > 1;
  const toldOf = (what: string) => `the pace ${pace.pace}, chosen for this rollout, ${what}`;
  const from = coverageInWords(state.coverage);
  // A quick pace is never slower than the schedule, which a low risk score may hurry.
  if (spentMs < dwellMs && (isLonger || scheduled.action === 'hold')) {
    const reason: Reason = {
      code: 'pace',
      message: toldOf(`stays ${span(dwellMs)} at ${from}, ${span(Math.max(0, spentMs))} have passed`),
      releasedBy: `${span(dwellMs - spentMs)} more`,
    };
    return { action: 'hold', coverage: state.coverage, reasons: [reason] };
  }
  const coverage = furthestPermitted(situation, choosable, pace);
  if (scheduled.action === 'ramp' && coverage === scheduled.coverage) return scheduled;
  const reason: Reason = {
    code: 'pace',
    message: toldOf(`goes on to ${coverageInWords(coverage)} after ${span(spentMs)} at ${from}`),
  };
  const beside = coverage === move.coverage ? move.reasons : doubtsOf(situation, coverage);
  return { action: 'ramp', coverage, reasons: [reason, ...beside] };
}

/** The largest permitted coverage up to the one that is wanted; the schedule's move is always permitted. */
function furthestPermitted(situation: Situation, { envelope, move }: Choosable, pace: Pace): number {
  const { definition, state } = situation.observation.rollout;
  const wanted = paceTarget(definition, pace, state.coverage);
  const permitted = assessActions(situation, envelope, move.coverage)
    .filter(({ action, isPermitted }) => action === 'ramp' && isPermitted)
    .map(({ coverage }) => coverage);
  return Math.max(move.coverage, ...permitted.filter((coverage) => coverage <= wanted));
}
