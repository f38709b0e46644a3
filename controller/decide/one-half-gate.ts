import { type Reason, type RolloutDefinition, SHARE_TOTAL } from '../../domain/index.ts';
import { NON_INFERIOR_PROBABILITY, nonInferiorityMarginOf } from './assess-guardrail.ts';
import type { GuardrailAssessment, NeedAssessment, SegmentAssessment } from './health-assessment.ts';
import { isHeard } from './is-heard.ts';
import { isOpenedByCalm, isReassured } from './learned/calm-gate.ts';
import type { Situation } from './observation.ts';
import { isPatienceOver } from './patience.ts';
import { percent, powerOfTen, shortNumber, span } from './words.ts';

/** A coverage that may not be passed, and why. */
export interface Limit {
  readonly coverage: number;
  readonly reason: Reason;
}

/** Beyond this coverage a regression would hit most users. */
export const HALF = SHARE_TOTAL / 2;

/**
 * No coverage beyond one half, or beyond where it already is, before every guardrail is shown not to be inferior and no
 * part of the traffic looks harmed. The first may be waived when patience is over and the data speak of no harm, or of
 * little where the plan lets a low risk score answer that, and earlier by one that stays lower still.
 */
export function oneHalfLimits(situation: Situation, target: number): readonly Limit[] {
  if (target <= HALF) return [];
  const { observation, assessment } = situation;
  const { definition, state } = observation.rollout;
  const isWaitOver = state.coverage >= HALF && isPatienceOver(situation);
  const isCalm = isOpenedByCalm(situation);
  const isWeakDoubtAnswered = isWaitOver && isReassured(situation);
  const reasons = assessment.treatments.flatMap(({ treatment, guardrails }) =>
    guardrails
      .filter(isHeard)
      .flatMap((guardrail) => [
        ...(isShown(guardrail, definition) ||
        (isCalm && isCalmEnoughFor(guardrail)) ||
        (isWaitOver && guardrail.isUnsuspected) ||
        (isWeakDoubtAnswered && isWeaklySuspected(guardrail))
          ? []
          : [notYetNonInferior(treatment, guardrail, definition)]),
        ...guardrail.segments.filter(isDoubtful).map((segment) => doubtfulSegment(treatment, guardrail, segment)),
      ]),
  );
  return reasons.map((reason) => ({ coverage: Math.max(HALF, state.coverage), reason }));
}

/** A model sees a mean fall by a few per cent no sooner than the data do, so its calm is no answer to their doubt. */
function isCalmEnoughFor({ kind, isUnsuspected }: GuardrailAssessment): boolean {
  return kind !== 'value' || isUnsuspected;
}

/** Whether there are data that make harm likelier, but not so much as would be doubtful in a part of the traffic. */
function isWeaklySuspected({ verdict, evidence }: GuardrailAssessment): boolean {
  return verdict !== 'noData' && evidence.log10 < DOUBTFUL_LOG10;
}

function isShown(guardrail: GuardrailAssessment, { metrics }: RolloutDefinition): boolean {
  const policy = metrics.find(({ metric }) => metric === guardrail.metric)?.noData;
  return guardrail.isNonInferior || (guardrail.verdict === 'noData' && policy === 'ignore');
}

function notYetNonInferior(
  treatment: string,
  { metric, nonInferiorProbability, need }: GuardrailAssessment,
  definition: RolloutDefinition,
): Reason {
  const declared = definition.metrics.find((candidate) => candidate.metric === metric)!;
  return {
    code: 'notYetNonInferior',
    message: `${metric}: that treatment "${treatment}" is less than ${percent(nonInferiorityMarginOf(definition, declared))} worse is only ${percent(nonInferiorProbability)} probable, and coverage beyond one half needs ${percent(NON_INFERIOR_PROBABILITY)}`,
    releasedBy: need === null || need.toSafety === 0 ? `more evidence on ${metric}` : needInWords(metric, need),
  };
}

/** From here on, three times as likely under harm, evidence is too much to go beyond one half with, of a segment or against a low risk score. */
const DOUBTFUL_LOG10 = 0.5;

/** Whether a part of the traffic looks harmed. */
export function isDoubtful({ log10 }: SegmentAssessment): boolean {
  return log10 >= DOUBTFUL_LOG10;
}

function doubtfulSegment(
  treatment: string,
  { metric }: GuardrailAssessment,
  { segment, ratio, log10 }: SegmentAssessment,
): Reason {
  const times =
    ratio === null ? 'events that control does not have' : `${shortNumber(ratio)} times the events expected`;
  return {
    code: 'notYetNonInferior',
    message: `${metric}: where ${segment}, treatment "${treatment}" shows ${times}; evidence ${powerOfTen(log10)} is too much to go beyond one half`,
    releasedBy: `more windows with ${segment}: the evidence falls again if it was chance`,
  };
}

/** Waiting longer than this is no plan. */
const PATIENCE_HOURS = 7 * 24;

function needInWords(metric: string, { toSafety, exposuresPerHour }: NeedAssessment): string {
  const hours = toSafety === null ? Number.POSITIVE_INFINITY : toSafety / exposuresPerHour;
  if (hours > PATIENCE_HOURS) {
    return `a person: at the present traffic ${metric} would take more than a week to be shown not to be worse`;
  }
  return `about ${shortNumber(toSafety!)} more exposures, ${span(hours * 3_600_000)} at the traffic so far, if it is as good as control`;
}
