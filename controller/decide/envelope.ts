import type { Reason } from '../../domain/index.ts';
import { approvalLimits } from './check-approvals.ts';
import { checkBake } from './check-bake.ts';
import type { Situation } from './observation.ts';
import { type Limit, oneHalfLimits } from './one-half-gate.ts';
import { riskBudgetLimits } from './risk-budget-limits.ts';
import { furthestStage, stageAfter } from './stage-at.ts';

/** The hand-written limits inside which any policy chooses; nothing that is learned can widen them. */
export interface Envelope {
  /** What refuses every move now, in the order of the gates; empty: some move may be permitted. */
  readonly holds: readonly Reason[];
  /** Coverages that a ramp may not pass; empty at the last stage. */
  readonly limits: readonly Limit[];
  /** One ramp may multiply coverage by so much at most. */
  readonly maxStepFactor: number;
  /** The coverage that this comes to. */
  readonly largestStep: number;
}

/** The envelope of a situation in which these gates hold the rollout where it is. */
export function envelopeOf(situation: Situation, gates: readonly Reason[]): Envelope {
  const { definition, state } = situation.observation.rollout;
  const isLastStage = stageAfter(definition, state.coverage) === undefined;
  const maxStepFactor = largestFactor(situation);
  // Last of all, so that what is asked of people is said when everything else is said.
  const approvals = approvalLimits(situation);
  return {
    holds: isLastStage ? [...gates, ...checkBake(situation), ...approvals.map(({ reason }) => reason)] : gates,
    limits: isLastStage
      ? []
      : [
          ...oneHalfLimits(situation, furthestStage(definition, state.coverage)),
          ...riskBudgetLimits(situation),
          ...approvals,
        ],
    maxStepFactor,
    // At least one share more: rounding down must not stop a rollout for ever.
    largestStep: Math.max(state.coverage + 1, Math.floor(state.coverage * maxStepFactor)),
  };
}

/** Nobody knows how a rollout goes on that is like none before. */
const NOVEL_STEP_FACTOR = 2;

function largestFactor({ observation, assessment }: Situation): number {
  const { maxStepFactor } = observation.rollout.definition;
  const isNovel = assessment.learned?.some((one) => one.isNovel) ?? false;
  return isNovel ? Math.min(maxStepFactor, NOVEL_STEP_FACTOR) : maxStepFactor;
}
