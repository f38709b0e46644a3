import { type Decision, type Reason, SHARE_TOTAL } from '../../domain/index.ts';
import type { Envelope } from './envelope.ts';
import { calmReasons, isOpenedByCalm, reassuredReasons } from './learned/calm-gate.ts';
import type { Situation } from './observation.ts';
import { HALF } from './one-half-gate.ts';
import { stageAfter } from './stage-at.ts';
import { withoutCertainty } from './without-certainty.ts';
import { coverageInWords, shortNumber, span } from './words.ts';

/** What a policy wants inside the envelope: a move, or the reasons why there is none worth making. */
export type Proposal =
  | { readonly kind: 'move'; readonly decision: Decision }
  | { readonly kind: 'wait'; readonly reasons: readonly Reason[] };

/** Part of a stage is worth a move of its own from this factor on: each one costs a burn-in and a dwell. */
export const WORTHWHILE_FACTOR = 1.25;

/** The risk-bounded schedule: the next planned stage, or as much of it as the envelope permits; at the last one, completion. */
export function proposeMove(situation: Situation, envelope: Envelope): Proposal {
  const { definition, state } = situation.observation.rollout;
  const next = stageAfter(definition, state.coverage);
  if (next === undefined) return proposeCompletion(situation);
  const { limits, largestStep, maxStepFactor } = envelope;
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
  if (permitted === next.coverage) {
    return ramp(situation, permitted, {
      code: 'stageCleared',
      message: `all gates passed at ${from}; on to the stage of ${to}`,
    });
  }
  const binding = limits.find(({ coverage }) => coverage === permitted)?.reason.message;
  const why = binding ?? `one move may multiply coverage by ${shortNumber(maxStepFactor)} at most`;
  const message = `all gates passed at ${from}; on to ${to}, part of the way to ${coverageInWords(next.coverage)}: ${why}`;
  return ramp(situation, permitted, { code: 'riskBoundedStep', message });
}

/** What is to be known beside a ramp to a coverage: all that was not shown, and why it goes on without. */
export function doubtsOf(situation: Situation, coverage: number): readonly Reason[] {
  if (coverage <= HALF) return withoutCertainty(situation, false);
  if (isOpenedByCalm(situation)) return [...withoutCertainty(situation, false), ...calmReasons(situation)];
  return [...withoutCertainty(situation, true), ...reassuredReasons(situation)];
}

function ramp(situation: Situation, coverage: number, why: Reason): Proposal {
  return {
    kind: 'move',
    decision: { action: 'ramp', coverage, reasons: [why, ...doubtsOf(situation, coverage)] },
  };
}

function proposeCompletion({ observation }: Situation): Proposal {
  const { bakeMs } = observation.rollout.definition;
  const cleared: Reason = {
    code: 'bakeCleared',
    message: `full coverage was watched for ${span(bakeMs)} and all gates passed`,
  };
  return { kind: 'move', decision: { action: 'complete', coverage: SHARE_TOTAL, reasons: [cleared] } };
}
