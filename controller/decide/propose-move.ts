import { type Decision, type Reason, SHARE_TOTAL, type Stage } from '../../domain/index.ts';
import { calmReasons, isOpenedByCalm } from './learned/calm-gate.ts';
import type { Situation } from './observation.ts';
import { HALF, type Limit, oneHalfLimits } from './one-half-gate.ts';
import { stageAfter } from './stage-at.ts';
import { withoutCertainty } from './without-certainty.ts';
import { coverageInWords, shortNumber, span } from './words.ts';

/** What the plan and the envelope allow next: a move, or the reasons why there is none yet. */
export type Proposal =
  | { readonly kind: 'move'; readonly decision: Decision }
  | { readonly kind: 'wait'; readonly reasons: readonly Reason[] };

/** Part of a stage is worth a move of its own from this factor on: each one costs a burn-in and a dwell. */
const WORTHWHILE_FACTOR = 1.25;

/** The risk-bounded schedule: the next planned stage, or as much of it as the envelope permits; at the last one, the bake. */
export function proposeMove(situation: Situation): Proposal {
  const { definition, state } = situation.observation.rollout;
  const next = stageAfter(definition, state.coverage);
  return next === undefined ? proposeCompletion(situation) : proposeRamp(situation, next);
}

function proposeRamp(situation: Situation, next: Stage): Proposal {
  const { state } = situation.observation.rollout;
  const limits = [...oneHalfLimits(situation, next.coverage), ...riskBudgetLimit(situation)];
  const maxStepFactor = largestFactor(situation);
  // At least one share more: rounding down must not stop a rollout for ever.
  const largestStep = Math.max(state.coverage + 1, Math.floor(state.coverage * maxStepFactor));
  const permitted = Math.min(next.coverage, largestStep, ...limits.map(({ coverage }) => coverage));
  const worthwhile = Math.min(next.coverage, largestStep, Math.ceil(state.coverage * WORTHWHILE_FACTOR));
  if (permitted < worthwhile) {
    return {
      kind: 'wait',
      reasons: limits.filter(({ coverage }) => coverage < worthwhile).map(({ reason }) => reason),
    };
  }
  const from = coverageInWords(state.coverage);
  const to = coverageInWords(permitted);
  const isCalm = permitted > HALF && isOpenedByCalm(situation);
  const doubts = [
    ...withoutCertainty(situation, permitted > HALF && !isCalm),
    ...(isCalm ? calmReasons(situation) : []),
  ];
  if (permitted === next.coverage) {
    const message = `all gates passed at ${from}; on to the stage of ${to}`;
    return ramp(permitted, [{ code: 'stageCleared', message }, ...doubts]);
  }
  const binding = limits.find(({ coverage }) => coverage === permitted)?.reason.message;
  const why = binding ?? `one move may multiply coverage by ${shortNumber(maxStepFactor)} at most`;
  const message = `all gates passed at ${from}; on to ${to}, part of the way to ${coverageInWords(next.coverage)}: ${why}`;
  return ramp(permitted, [{ code: 'riskBoundedStep', message }, ...doubts]);
}

/** Nobody knows how a rollout goes on that is like none before. */
const NOVEL_STEP_FACTOR = 2;

function largestFactor({ observation, assessment }: Situation): number {
  const { maxStepFactor } = observation.rollout.definition;
  const isNovel = assessment.learned?.some((one) => one.isNovel) ?? false;
  return isNovel ? Math.min(maxStepFactor, NOVEL_STEP_FACTOR) : maxStepFactor;
}

function ramp(coverage: number, reasons: readonly Reason[]): Proposal {
  return { kind: 'move', decision: { action: 'ramp', coverage, reasons } };
}

/**
 * Non-inferiority was shown before coverage passed one half, and is not asked for again: what is left of control is so
 * small that chance alone could keep a sound rollout waiting for ever. The guardrails stay armed throughout.
 */
function proposeCompletion(situation: Situation): Proposal {
  const { nowMs, rollout } = situation.observation;
  const { definition, state } = rollout;
  const leftMs = state.coverageSinceMs + definition.bakeMs - nowMs;
  if (leftMs > 0) {
    const baking: Reason = {
      code: 'baking',
      message: `full coverage is watched for ${span(definition.bakeMs)}, ${span(definition.bakeMs - leftMs)} have passed`,
      releasedBy: `${span(leftMs)} more`,
    };
    return { kind: 'wait', reasons: [baking] };
  }
  const doubts = nowMs < state.coverageSinceMs + definition.bakeMs + definition.patienceMs ? lateDoubts(situation) : [];
  if (doubts.length > 0) return { kind: 'wait', reasons: doubts };
  const cleared: Reason = {
    code: 'bakeCleared',
    message: `full coverage was watched for ${span(definition.bakeMs)} and all gates passed`,
  };
  return { kind: 'move', decision: { action: 'complete', coverage: SHARE_TOTAL, reasons: [cleared] } };
}

/** Control is about to go, so what began late must not be let through while its newest data are likelier under harm. */
function lateDoubts({ assessment }: Situation): readonly Reason[] {
  return assessment.treatments
    .filter(({ presentLog10 }) => presentLog10 > 0)
    .map(({ treatment, presentLog10 }) => ({
      code: 'lateDoubt',
      message: `the newest data of treatment "${treatment}" are ${shortNumber(10 ** presentLog10)} times as likely if it does harm as if it does none, and without a control nobody could tell any more`,
      releasedBy: 'more windows: it clears up or becomes a breach',
    }));
}

function riskBudgetLimit({ assessment }: Situation): readonly Limit[] {
  const budget = assessment.riskBudget;
  if (budget === null || budget.permittedCoverage === null) return [];
  const { metric, badEvents, spent, left, permittedCoverage } = budget;
  return [
    {
      coverage: permittedCoverage,
      reason: {
        code: 'riskBudget',
        message: `${metric}: ${shortNumber(spent)} of ${shortNumber(badEvents)} excess events are spent, and the ${shortNumber(left)} left allow ${coverageInWords(permittedCoverage)} coverage at most in the next stage`,
        releasedBy:
          left > 0 ? 'more evidence that the treatment does no harm' : 'a new rollout with a larger risk budget',
      },
    },
  ];
}
