export { decide } from './decide.ts';
export type {
  EffectAssessment,
  EvidenceLevel,
  GuardrailAssessment,
  HealthAssessment,
  IncidentAssessment,
  ObservedAssessment,
  ObservedVariant,
  RiskBudgetAssessment,
  SampleRatioAssessment,
  SideSummary,
  TreatmentAssessment,
  Verdict,
} from './health-assessment.ts';
export type { Observation, Outcome } from './observation.ts';
export type { RolloutEvidence } from './rollout-evidence.ts';
export { stageAt } from './stage-at.ts';
