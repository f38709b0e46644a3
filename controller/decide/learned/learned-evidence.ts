import {
  addScore,
  BAND_MINUTES,
  NO_SCORES,
  RISK_FEATURES_V2,
  type RiskFeaturesState,
  riskScoreOf,
  type ScoreStep,
  scoreNovelty,
} from '../../../models/index.ts';
import type { DecisionModels, ServedModel } from './decision-models.ts';
import { addToStrata, type ClosedMinute, type MinuteStrata, NO_STRATA } from './minute-strata.ts';
import type { RiskWindow } from './risk-window.ts';

/** What the learned parts remember of one treatment; plain JSON of bounded size. */
export interface LearnedEvidence {
  readonly strata: MinuteStrata;
  readonly features: RiskFeaturesState;
  /** Units of the first ten minutes, from which the traffic band follows. */
  readonly unitsPerMinute: readonly number[];
  /** The newest vector, with the start and the units of its minute; null before the first. */
  readonly newest: { readonly startMs: number; readonly units: number; readonly vector: readonly number[] } | null;
  readonly risk: ModelScores;
  readonly novelty: ModelScores;
}

/** The scores of one model so far. */
export interface ModelScores extends ScoreStep {
  /** Of the artefact that gave them; null before the first. Another model begins anew. */
  readonly hash: string | null;
}

const UNSCORED: ModelScores = { hash: null, state: NO_SCORES, smoothed: null };

/** The state before the first window. */
export function emptyLearnedEvidence(): LearnedEvidence {
  return {
    strata: NO_STRATA,
    features: RISK_FEATURES_V2.empty(),
    unitsPerMinute: [],
    newest: null,
    risk: UNSCORED,
    novelty: UNSCORED,
  };
}

/** Adds one window: what is over by it becomes a vector, which the models score. */
export function addLearnedWindow(
  evidence: LearnedEvidence,
  window: RiskWindow,
  { models, windowMs }: { readonly models: DecisionModels; readonly windowMs: number },
): LearnedEvidence {
  const { state, closed } = addToStrata(evidence.strata, window, windowMs);
  return closed.reduce((sum, minute) => addMinute(sum, minute, models), { ...evidence, strata: state });
}

/** In a minute that was not heard time passes, and there is nothing to score. */
function addMinute(evidence: LearnedEvidence, minute: ClosedMinute, models: DecisionModels): LearnedEvidence {
  let { features } = evidence;
  let vector: readonly number[] = [];
  for (const stratum of minute.strata) ({ state: features, vector } = RISK_FEATURES_V2.addStratum(features, stratum));
  if (!minute.isHeard) return { ...evidence, features };
  return {
    ...evidence,
    features,
    unitsPerMinute: [...evidence.unitsPerMinute, minute.units].slice(0, BAND_MINUTES),
    newest: { startMs: minute.startMs, units: minute.units, vector },
    risk: scored(evidence.risk, models.risk, (model) => riskScoreOf(model, vector)?.logit ?? null),
    novelty: scored(evidence.novelty, models.novelty, (model) => scoreNovelty(model, vector)),
  };
}

function scored<Artefact>(
  scores: ModelScores,
  model: ServedModel<Artefact> | null,
  scoreOf: (artefact: Artefact) => number | null,
): ModelScores {
  if (model === null) return scores;
  const before = scores.hash === model.hash ? scores.state : NO_SCORES;
  return { hash: model.hash, ...addScore(before, scoreOf(model.artefact)) };
}
