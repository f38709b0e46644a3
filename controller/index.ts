export type { ControlLoop, ControlLoopListener, ModelsFor, Sleeper } from './control-loop.ts';
export { startControlLoop } from './control-loop.ts';
export type {
  ControlSeries,
  DecisionModels,
  EnvelopeAssessment,
  HealthAssessment,
  LearnedAssessment,
  LearnedHistory,
  LearnedMinute,
  ModelInUse,
  ModelsInUse,
  Observation,
  Outcome,
  ServedModel,
  VectorParity,
} from './decide/index.ts';
export {
  addParity,
  addToLearnedHistory,
  addWindows,
  approvalReason,
  asAsked,
  controlSeries,
  decide,
  decideAdvance,
  emptyLearnedHistory,
  learnedHistoryOf,
  modelsInUse,
  NO_MODELS,
  NO_PARITY,
  nonInferiorityMarginOf,
  PARITY_LINE,
  RISK_ALPHA,
  restrictionReasons,
  stageAfter,
  stageAt,
  vectorParity,
} from './decide/index.ts';
export { checkReport } from './ingest/check-report.ts';
export { countPoints } from './ingest/otlp/count-points.ts';
export { explainPoints } from './ingest/otlp/explain-points.ts';
export type { Attributes, OtlpPoint } from './ingest/otlp/point.ts';
export type { Reading } from './ingest/otlp/reading.ts';
export { selectPoints } from './ingest/otlp/select-points.ts';
export { namePoints, streamsOf } from './ingest/otlp/stream-names.ts';
export type { Answers } from './ingest/prometheus/add-beginnings.ts';
export type { CounterSample, CounterSeries } from './ingest/prometheus/counter-series.ts';
export { identityWithout } from './ingest/prometheus/counter-series.ts';
export { prometheusMetricsOf, selectorsOf } from './ingest/prometheus/prometheus-metrics.ts';
export type { WindowRead, WindowsRead } from './ingest/prometheus/read-windows.ts';
export { PROMETHEUS_IDENTITY, readWindows } from './ingest/prometheus/read-windows.ts';
export type { SourceFault, SourceFaultReason } from './ingest/prometheus/source-fault.ts';
export { SOURCE_FAULTS } from './ingest/prometheus/source-fault.ts';
export { windowsDue } from './ingest/prometheus/windows-due.ts';
export type { JudgedWindow, JudgePlan, PlannedJudgement, WindowsAsked } from './judge/judge-plan.ts';
export { judgeWindows } from './judge/judge-windows.ts';
export { judgedRollout } from './judge/judged-rollout.ts';
export type { Judgement, JudgementNote, JudgementSummary } from './judge/judgement.ts';
export type { PulledWindows } from './judge/note-pulled.ts';
export { notePulled } from './judge/note-pulled.ts';
export { planJudgement } from './judge/plan-judgement.ts';
export { sinceAppearance } from './judge/since-appearance.ts';
export { startsAsked } from './judge/starts-asked.ts';
export { observe } from './observe.ts';
export type { PassReport } from './pass.ts';
export { recordOf, runPass } from './pass.ts';
export { priorKindOf, withBeliefs } from './plan/believe.ts';
export { checkFreezes } from './plan/check-freezes.ts';
export { checkpointsAhead } from './plan/checkpoints-ahead.ts';
export { freezesAt } from './plan/freezes-at.ts';
export { planRollout } from './plan/plan-rollout.ts';
export { restrictionsAt } from './plan/restrictions-at.ts';
export type { SteeringWish } from './plan/steer.ts';
export { requireMovable, steeringMove } from './plan/steer.ts';
export type { PlainVerb, Verb } from './plan/verbs.ts';
export { moveFor, requireVerb, VERBS, verbsIn } from './plan/verbs.ts';
export type { VoteWish } from './plan/vote.ts';
export { voteMove } from './plan/vote.ts';
export type { HeldModels, ReplayedDecision, ReplaySettings, Reproduction, RolloutReplay } from './replay/index.ts';
export { modelsNamedIn, planFault, replayRollout, reproduceDecisions } from './replay/index.ts';
export { shippedBaseline, shippedModels } from './shipped-models.ts';
