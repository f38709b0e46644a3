import {
  bandThreshold,
  explainRisk,
  isCalm,
  judgeNovelty,
  judgeRisk,
  NO_SCORES,
  plattProbability,
  type RiskModelArtefact,
  riskScoreOf,
  trafficBandOf,
} from '../../../models/index.ts';
import { checkData } from '../check-data.ts';
import type { Situation } from '../observation.ts';
import { HALF } from '../one-half-gate.ts';
import { isWaitedFor } from '../settling.ts';
import { whenRead } from '../when-read.ts';
import type { DecisionModels, ModelInUse } from './decision-models.ts';
import type { LearnedAssessment } from './learned-assessment.ts';
import type { LearnedEvidence } from './learned-evidence.ts';

/**
 * How much likelier a guardrail's data have to be under harm to support an alarm. Up to one half an alarm without support holds, and
 * time will tell; beyond it a hold stops nothing any more, so data that speak of harm at all are enough.
 */
const SUPPORT_LOG10 = { upToHalf: Math.log10(3), beyondHalf: 0 };

/** A model of rollouts that are over says little of today's after this time. */
const MAX_MODEL_AGE_MS = 30 * 86_400_000;

/** Mean logit below which a rollout is so much like harmless ones that it may stand in for proof. */
const CALM_LEVEL = -3.5;

/** Mean logit below which weak doubt of a guardrail is answered once nobody would wait any longer: the best of those tried. */
const REASSURING_LEVEL = -1.5;

/** Mean logit below which a stage may end early: the best of those tried (docs/models.md). Above it the score clearly speaks of harm. */
const UNTROUBLED_LEVEL = 0.5;

/** The learned parts' assessment as a field of its own; no field where they have no say. */
export function assessLearned(
  situation: Situation,
  models: DecisionModels,
): { readonly learned?: readonly LearnedAssessment[] } {
  const { learned } = situation.evidence;
  if (learned === undefined) return {};
  const { treatments } = situation.assessment;
  return {
    learned: treatments.map(({ treatment }) => assessTreatment(situation, treatment, learned[treatment]!, models)),
  };
}

function assessTreatment(
  situation: Situation,
  treatment: string,
  evidence: LearnedEvidence,
  models: DecisionModels,
): LearnedAssessment {
  const { nowMs, rollout } = situation.observation;
  const { risk, novelty } = models;
  const band = trafficBandOf(evidence.unitsPerMinute);
  // The promise is one of a rollout, however many treatments it has.
  const alpha = models.alpha / rollout.definition.treatments.length;
  const vector = evidence.newest?.vector ?? null;
  const score = risk && vector && riskScoreOf(risk.artefact, vector);
  const known = novelty && judgeNovelty(novelty.artefact, scoresOf(evidence.novelty, novelty).state, band);
  const isStale = risk?.fittedAtMs != null && nowMs - risk.fittedAtMs > MAX_MODEL_AGE_MS;
  const isNovel = known?.isNovel ?? false;
  const scores = scoresOf(evidence.risk, risk);
  const judged =
    risk &&
    judgeRisk(risk.artefact, scores, score, {
      band,
      alpha,
      // Only an alarm asks for it.
      get hasValidEvidence() {
        return hasValidEvidence(situation, treatment);
      },
      isDoubtful: isNovel || isStale,
    });
  const threshold = risk && finiteOrNull(bandThreshold(risk.artefact.calibration, band, alpha));
  const fault =
    risk === null ? 'noModel' : scores.state.isOff ? 'switchedOff' : threshold === null ? 'notCalibrated' : null;
  const isBelow = (level: number) => fault === null && !isStale && !isNovel && isCalm(scores.state, level);
  return whenRead<LearnedAssessment>({
    treatment: () => treatment,
    risk: () => risk?.id ?? null,
    novelty: () => novelty?.id ?? null,
    vector: () => vector,
    logit: () => score?.logit ?? null,
    score: () => scores.smoothed,
    probability: () => (risk && score ? plattProbability(risk.artefact.scaling, score.logit) : null),
    threshold: () => threshold,
    advice: () => judged?.advice ?? 'none',
    reason: () => judged?.reason ?? 'noScore',
    fault: () => fault,
    isStale: () => isStale,
    isNovel: () => isNovel,
    noveltyPValue: () => known?.pValue ?? null,
    isCalm: () => isBelow(CALM_LEVEL),
    isReassuring: () => isBelow(REASSURING_LEVEL),
    isUntroubled: () => isBelow(UNTROUBLED_LEVEL),
    explanation: () => (risk && vector && score ? explained(risk.artefact, vector) : null),
  });
}

/** Scores that another model gave are none of this one's. */
function scoresOf(scores: LearnedEvidence['risk'], model: ModelInUse | null): LearnedEvidence['risk'] {
  return model !== null && scores.hash === model.hash ? scores : { hash: null, state: NO_SCORES, smoothed: null };
}

/** Fresh data without a fault, units divided as intended, and a guardrail that speaks of harm. */
function hasValidEvidence(situation: Situation, treatment: string): boolean {
  const { assessment } = situation;
  const isFaulty = checkData(situation).some(({ code }) => code !== 'tooFewExposures' && code !== 'noClosedWindow');
  if (isFaulty || assessment.sampleRatio.mismatchAtMs !== null) return false;
  const guardrails = assessment.treatments.find((one) => one.treatment === treatment)?.guardrails ?? [];
  const { coverage } = situation.observation.rollout.state;
  const least = coverage > HALF ? SUPPORT_LOG10.beyondHalf : SUPPORT_LOG10.upToHalf;
  return guardrails.some(({ evidence, settling }) => evidence.log10 >= least && !isWaitedFor(settling));
}

/** JSON knows no infinite numbers, so the threshold stands beside. */
function explained(artefact: RiskModelArtefact, vector: readonly number[]): LearnedAssessment['explanation'] {
  const explanation = explainRisk(artefact, vector, 0);
  if (explanation === null) return null;
  const { threshold: _elsewhere, ...others } = explanation;
  return others;
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
