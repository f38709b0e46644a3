import { bandThreshold } from '../calibration/calibration-table.ts';
import type { ScoreStep } from '../calibration/smoothed-score.ts';
import type { TrafficBand } from '../calibration/traffic-band.ts';
import type { RiskModelArtefact } from './risk-artefact.ts';
import type { RiskScore } from './score-risk.ts';

/** What else is known of a rollout when its risk is judged. */
export interface RiskCircumstances {
  readonly band: TrafficBand | undefined;
  /** Share of benign rollouts that the model may alarm on (`alphaInUse`). */
  readonly alpha: number;
  /** True for fresh data without a fault, and at least one guardrail whose data speak of harm. */
  readonly hasValidEvidence: boolean;
  /** True for a rollout unlike any in training (`judgeNovelty`), or a model too old to be believed. */
  readonly isDoubtful: boolean;
}

/** What the model advises, and why. */
export interface RiskJudgement {
  /** `rollBack` is no order: the plan says whether it means that or to hold. `none` has no objection. */
  readonly advice: 'none' | 'hold' | 'rollBack';
  readonly reason:
    | 'noScore'
    | 'belowThreshold'
    | 'uncertain'
    | 'sharedIncident'
    | 'dataFault'
    | 'noValidEvidence'
    | 'doubtful'
    | 'alarm';
  readonly threshold: number;
}

/** P(shared incident) or P(data fault) from which an alarm is put down to it. */
export const LIKELY_CAUSE = 0.5;

/**
 * What a stratum's score may lead to: an alarm that nothing else explains, with evidence, rolls back; any other holds.
 *
 * Members that disagree hold even below the threshold, because then its promise is not worth much.
 */
export function judgeRisk(
  { calibration }: RiskModelArtefact,
  { smoothed }: ScoreStep,
  score: RiskScore | null,
  circumstances: RiskCircumstances,
): RiskJudgement {
  const { band, alpha } = circumstances;
  const threshold = bandThreshold(calibration, band, alpha);
  if (smoothed === null || score === null) return { advice: 'none', reason: 'noScore', threshold };
  if (score.isUncertain) return { advice: 'hold', reason: 'uncertain', threshold };
  if (!(smoothed > threshold)) return { advice: 'none', reason: 'belowThreshold', threshold };
  if ((score.dataFault ?? 0) > LIKELY_CAUSE) return { advice: 'hold', reason: 'dataFault', threshold };
  if ((score.sharedIncident ?? 0) > LIKELY_CAUSE) return { advice: 'hold', reason: 'sharedIncident', threshold };
  if (!circumstances.hasValidEvidence) return { advice: 'hold', reason: 'noValidEvidence', threshold };
  if (circumstances.isDoubtful) return { advice: 'hold', reason: 'doubtful', threshold };
  return { advice: 'rollBack', reason: 'alarm', threshold };
}
