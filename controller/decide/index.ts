export { addWindows } from './add-windows.ts';
export { nonInferiorityMarginOf } from './assess-guardrail.ts';
export { approvalReason } from './check-approvals.ts';
export { restrictionReasons } from './check-restrictions.ts';
export { decide } from './decide.ts';
export { decideAdvance } from './decide-advance.ts';
export type {
  ActionAssessment,
  EffectAssessment,
  EnvelopeAssessment,
  EvidenceLevel,
  GuardrailAssessment,
  HealthAssessment,
  IncidentAssessment,
  ObservedAssessment,
  ObservedVariant,
  RiskBudgetAssessment,
  RolloutAssessment,
  SampleRatioAssessment,
  SideSummary,
  TreatmentAssessment,
  Verdict,
} from './health-assessment.ts';
export { asAsked } from './learned/as-asked.ts';
export { asksModels } from './learned/asks-models.ts';
export type { DecisionModels, ModelInUse, ModelsInUse, ServedModel } from './learned/decision-models.ts';
export { modelsInUse, NO_MODELS, RISK_ALPHA } from './learned/decision-models.ts';
export type { LearnedAssessment } from './learned/learned-assessment.ts';
export type { LearnedHistory, LearnedMinute } from './learned/learned-history.ts';
export { addToLearnedHistory, emptyLearnedHistory, learnedHistoryOf } from './learned/learned-history.ts';
export type { VectorParity } from './learned/vector-parity.ts';
export { addParity, NO_PARITY, PARITY_LINE, vectorParity } from './learned/vector-parity.ts';
export type { Observation, Outcome } from './observation.ts';
export type { RolloutEvidence } from './rollout-evidence.ts';
export { stageAfter, stageAt } from './stage-at.ts';
export type { ControlSeries } from './usual/control-series.ts';
export { controlSeries } from './usual/control-series.ts';
