import type { Decision, Reason } from '../../domain/index.ts';
import type { GuardrailAssessment } from './health-assessment.ts';
import { isHeard } from './is-heard.ts';
import type { LearnedAssessment } from './learned/learned-assessment.ts';
import type { Situation } from './observation.ts';
import { HALF, isDoubtful } from './one-half-gate.ts';
import { coverageInWords, powerOfTen, shortNumber, span } from './words.ts';

/** So long beyond one half before it is looked at again: what the first minutes there show says little. */
const SETTLE_MS = 20 * 60_000;

/** A look lasts so long at least, and no longer than that whatever it shows: it is no way to hold a rollout for ever. */
const LEAST_LOOK_MS = 15 * 60_000;
const LONGEST_LOOK_MS = 120 * 60_000;

/** So often a generation is looked at again. */
const MOST_LOOKS = 3;

/** Risk score above which a rollout beyond one half is looked at again, and by how much more after each look; and below which a look is over. */
const UNSETTLED_SCORE = -0.5;
const MORE_AFTER_A_LOOK = 1;
const SETTLED_SCORE = -2;

/** Without a risk model: so much likelier under harm the data of a guardrail have to be that do not speak against it. */
const UNSETTLED_LOG10 = 0.2;

/**
 * The step back to one half of a rollout beyond it that does not look harmless after all; undefined where there is none.
 *
 * With little of control left evidence comes slowly, at one half about five times as fast, and half as many units suffer
 * meanwhile. `holds`: what makes the data or the moment unfit for it.
 */
export function stepBack(situation: Situation, holds: readonly Reason[]): Decision | undefined {
  const { nowMs, rollout } = situation.observation;
  const { definition, state } = rollout;
  const { looks = 0 } = situation.evidence.stage;
  const isDue = state.coverage > HALF && nowMs >= state.coverageSinceMs + SETTLE_MS && looks < MOST_LOOKS;
  const isPlanned = definition.secondLook === true && definition.stages[0]!.coverage <= HALF;
  if (!isPlanned || !isDue || holds.length > 0) return undefined;
  const doubts = doubtsOf(situation, UNSETTLED_SCORE + MORE_AFTER_A_LOOK * looks);
  if (doubts.length === 0) return undefined;
  const message = `back from ${coverageInWords(state.coverage)} to ${coverageInWords(HALF)} for a second look, where evidence comes faster: ${doubts.join('; ')}`;
  return { action: 'stepBack', coverage: HALF, reasons: [{ code: 'secondLook', message }] };
}

/** The reason to stay where a rollout was looked at again; empty when that is over, or was not necessary. */
export function checkSecondLook(situation: Situation): readonly Reason[] {
  const { nowMs, rollout } = situation.observation;
  const { definition, state } = rollout;
  if (definition.secondLook !== true || situation.evidence.stage.isLook !== true) return [];
  const spentMs = nowMs - state.coverageSinceMs;
  const doubts = doubtsOf(situation, SETTLED_SCORE);
  if (spentMs >= LONGEST_LOOK_MS || (spentMs >= LEAST_LOOK_MS && doubts.length === 0)) return [];
  const [doubt = `${span(LEAST_LOOK_MS)} are the least`] = doubts;
  return [
    {
      code: 'secondLook',
      message: `this is a second look at ${coverageInWords(state.coverage)}: ${doubt}`,
      releasedBy: `doubt that goes away, or ${span(LONGEST_LOOK_MS - spentMs)} more`,
    },
  ];
}

/** What speaks against going on: the risk score where there is one to be heard, and means, which it sees fall no sooner; else all guardrails. */
function doubtsOf({ observation, assessment }: Situation, scoreAbove: number): readonly string[] {
  const { riskModel } = observation.rollout.definition;
  const isAsked = riskModel === 'hold' || riskModel === 'rollback';
  const scores = isAsked ? (assessment.learned ?? []).filter(isBelievable) : [];
  const guardrails = assessment.treatments.flatMap((treatment) => treatment.guardrails.filter(isHeard));
  if (scores.length === 0) return guardrails.flatMap(guardrailDoubts);
  return [
    ...scores.filter(({ score }) => score! > scoreAbove).map(scoreInWords),
    ...guardrails.filter(({ kind }) => kind === 'value').flatMap(guardrailDoubts),
  ];
}

function isBelievable({ score, fault, isStale, isNovel }: LearnedAssessment): boolean {
  return score !== null && fault === null && !isStale && !isNovel;
}

function scoreInWords({ treatment, score, risk }: LearnedAssessment): string {
  return `treatment "${treatment}" has a score of ${shortNumber(score!)} by model ${risk}, and ${SETTLED_SCORE} would settle it`;
}

function guardrailDoubts({
  metric,
  isUnsuspected,
  evidence,
  segments,
  settling,
}: GuardrailAssessment): readonly string[] {
  return [
    ...(!isUnsuspected && settling !== 'early' && evidence.log10 >= UNSETTLED_LOG10
      ? [`${metric}: the data speak rather for harm, evidence ${powerOfTen(evidence.log10)}`]
      : []),
    ...segments
      .filter(isDoubtful)
      .map(({ segment, log10 }) => `${metric} where ${segment}: evidence ${powerOfTen(log10)}`),
  ];
}
