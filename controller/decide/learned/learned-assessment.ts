import type { RiskExplanation, RiskJudgement } from '../../../models/index.ts';

/** What learned parts make of one treatment; plain JSON. */
export interface LearnedAssessment {
  readonly treatment: string;
  /** Ids of the models that were asked; null: none could be. */
  readonly risk: string | null;
  readonly novelty: string | null;
  /** The newest model inputs; null before the first minute is over. */
  readonly vector: readonly number[] | null;
  /** The risk model's logit of that minute, and the least of the last three. */
  readonly logit: number | null;
  readonly score: number | null;
  /** Probability of harm; null without a score. */
  readonly probability: number | null;
  /** The score has to pass it to alarm; null: it cannot alarm. */
  readonly threshold: number | null;
  readonly advice: RiskJudgement['advice'];
  readonly reason: RiskJudgement['reason'];
  /** Why the risk model cannot be asked, or not fully; null where it can. */
  readonly fault: 'noModel' | 'switchedOff' | 'notCalibrated' | null;
  readonly isStale: boolean;
  readonly isNovel: boolean;
  /** Share of benign calibration runs that were as unusual; null without a novelty model. */
  readonly noveltyPValue: number | null;
  /** True while the risk score has been low for a while, by a model without fault in a rollout that it knows. */
  readonly isCalm: boolean;
  /** True while the score is low enough to answer weak doubt, as a plan may accept once its patience is over. */
  readonly isReassuring: boolean;
  /** True while it does not clearly speak of harm, so that a plan may let a stage end early. */
  readonly isUntroubled: boolean;
  /** The inputs that raise the score most, largest first; null without a score. */
  readonly explanation: Omit<RiskExplanation, 'threshold'> | null;
}
