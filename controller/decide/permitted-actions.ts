import { type DecisionAction, type Reason, SHARE_TOTAL } from '../../domain/index.ts';
import type { Envelope } from './envelope.ts';
import type { Situation } from './observation.ts';
import { WORTHWHILE_FACTOR } from './propose-move.ts';
import { furthestStage, stageAfter } from './stage-at.ts';
import { coverageInWords, shortNumber } from './words.ts';

/** Something that a policy might do now. */
export interface CandidateAction {
  readonly action: Exclude<DecisionAction, 'rollback' | 'stepBack'>;
  /** Coverage after it. */
  readonly coverage: number;
}

/** The same, with what the envelope says of it. */
export interface AssessedAction extends CandidateAction {
  readonly isPermitted: boolean;
  /** Every reason that speaks against it, each with what would release it; empty where it is permitted. */
  readonly refusedBy: readonly Reason[];
}

/** All candidates of a situation, hold first, then by coverage; `scheduled` is the coverage that the schedule wants. */
export function assessActions(situation: Situation, envelope: Envelope, scheduled: number): readonly AssessedAction[] {
  return candidatesOf(situation, envelope, scheduled).map((candidate) => {
    const refusedBy = candidate.action === 'hold' ? [] : refusals(envelope, candidate);
    return { ...candidate, isPermitted: refusedBy.length === 0, refusedBy };
  });
}

function candidatesOf({ observation }: Situation, envelope: Envelope, scheduled: number): readonly CandidateAction[] {
  const { definition, state } = observation.rollout;
  const hold: CandidateAction = { action: 'hold', coverage: state.coverage };
  const next = stageAfter(definition, state.coverage);
  if (next === undefined) return [hold, { action: 'complete', coverage: SHARE_TOTAL }];
  const furthest = furthestStage(definition, state.coverage);
  const halfWay = Math.ceil(Math.sqrt(state.coverage * next.coverage));
  const largest = Math.min(furthest, envelope.largestStep, ...envelope.limits.map(({ coverage }) => coverage));
  const coverages = [
    ...(halfWay >= state.coverage * WORTHWHILE_FACTOR ? [halfWay] : []),
    scheduled,
    next.coverage,
    ...(largest >= next.coverage ? [largest] : []),
    furthest,
  ].filter((coverage) => coverage > state.coverage);
  const ramps = [...new Set(coverages)].sort((one, other) => one - other);
  return [hold, ...ramps.map((coverage): CandidateAction => ({ action: 'ramp', coverage }))];
}

function refusals(
  { holds, limits, largestStep, maxStepFactor }: Envelope,
  { action, coverage }: CandidateAction,
): readonly Reason[] {
  return [
    ...holds,
    ...limits.filter((limit) => limit.coverage < coverage).map(({ reason }) => reason),
    ...(action === 'ramp' && coverage > largestStep ? [tooFar(coverage, largestStep, maxStepFactor)] : []),
  ];
}

function tooFar(coverage: number, largestStep: number, maxStepFactor: number): Reason {
  return {
    code: 'largestStep',
    message: `${coverageInWords(coverage)} is too far for one move, which may multiply coverage by ${shortNumber(maxStepFactor)} at most`,
    releasedBy: `a move to ${coverageInWords(largestStep)} or less first`,
  };
}
