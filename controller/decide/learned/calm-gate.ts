import { type Reason, SHARE_TOTAL } from '../../../domain/index.ts';
import { isHeard } from '../is-heard.ts';
import type { Situation } from '../observation.ts';
import { powerOfTen, span } from '../words.ts';

/** At least so long is spent at one half: a low score of the minutes after a ramp says little. */
const CALM_AT_HALF_MS = 900_000;

/**
 * Whether a risk score that stays low stands in for proof of non-inferiority beyond one half.
 *
 * It widens the envelope, so it takes a person's word in the plan, and every treatment's calm.
 */
export function isOpenedByCalm({ observation, assessment }: Situation): boolean {
  const { nowMs, rollout } = observation;
  const { definition, state } = rollout;
  if (definition.beyondHalf !== 'evidence-or-model' || assessment.learned === undefined) return false;
  const isAtHalf = state.coverage >= SHARE_TOTAL / 2 && nowMs >= state.coverageSinceMs + CALM_AT_HALF_MS;
  return isAtHalf && assessment.learned.every(({ isCalm }) => isCalm);
}

/** Whether a plan that accepts a low risk score has one, of every treatment, that answers weak doubt. */
export function isReassured({ observation, assessment }: Situation): boolean {
  if (observation.rollout.definition.beyondHalf !== 'evidence-or-model') return false;
  return assessment.learned?.every(({ isReassuring }) => isReassuring) ?? false;
}

/** Guardrails whose weak doubt a ramp beyond one half goes on with because of that. */
export function reassuredReasons(situation: Situation): readonly Reason[] {
  if (!isReassured(situation)) return [];
  const waited = span(situation.observation.rollout.definition.patienceMs);
  return situation.assessment.treatments.flatMap(({ treatment, guardrails }) =>
    guardrails
      .filter(isHeard)
      .filter(({ verdict, isNonInferior, isUnsuspected }) => verdict !== 'noData' && !isNonInferior && !isUnsuspected)
      .map(({ metric, evidence }) => ({
        code: 'calmRisk',
        message: `${metric}: after ${waited} the data make harm by treatment "${treatment}" a little likelier than it was before, evidence ${powerOfTen(evidence.log10)}, but the risk score is low, which this plan accepts`,
      })),
  );
}

/** What a ramp goes on without because of a score that stays low; empty where the guardrails had shown it anyway. */
export function calmReasons({ assessment }: Situation): readonly Reason[] {
  const unsure = assessment.treatments.flatMap(({ guardrails }) =>
    guardrails.filter(({ isNonInferior }) => !isNonInferior).map(({ metric }) => metric),
  );
  if (unsure.length === 0) return [];
  return [
    {
      code: 'calmRisk',
      message: `${[...new Set(unsure)].join(', ')}: not shown to be harmless, but after ${span(CALM_AT_HALF_MS)} at one half and more the risk score is low, which this plan accepts`,
    },
  ];
}
