export type { Allocation, Slot } from './allocation.ts';
export { intendedShares, SHARE_TOTAL, slotsOf } from './allocation.ts';
export type { Decision, DecisionAction, DecisionRecord, ListedDecision, Reason, ReasonCode } from './decision.ts';
export type {
  EvaluationContext,
  EvaluationDetails,
  EvaluationErrorCode,
  EvaluationReason,
  Exposure,
} from './evaluation.ts';
export type { FlagDefinition, FlagMetadata, FlagSet, FlagValue } from './flag.ts';
export type { JsonObject, JsonValue } from './json.ts';
export { canonicalJson } from './json.ts';
export type { MetricDefinition, MetricKind, MetricRole, MetricSignal, NoDataPolicy } from './metric.ts';
export { DURATION_BIN_GROWTH, durationBinOf, durationBinUpperMs, MAX_DURATION_MS } from './metric.ts';
export type {
  ClosedWindow,
  DurationWindow,
  MetricReport,
  MetricWindow,
  RateWindow,
  ReportReceipt,
  ReportRow,
  StoredState,
  ValueWindow,
  VariantWindow,
} from './metric-window.ts';
export type {
  ApiKey,
  Authorship,
  Change,
  Clock,
  DecisionLog,
  DecisionToApply,
  EnvironmentVersion,
  EvidenceRow,
  FlagStore,
  KeyScope,
  KeyStore,
  Page,
  PublishedState,
  RolloutMove,
  RolloutStore,
  Scope,
  Storage,
  StoredFlag,
  WindowStore,
  WriteOptions,
} from './ports.ts';
export type { ProblemCode, Violation } from './problem.ts';
export { PROBLEMS, Problem } from './problem.ts';
export type {
  RiskBudget,
  Rollout,
  RolloutDefinition,
  RolloutOverlay,
  RolloutPhase,
  RolloutState,
  Stage,
  Treatment,
} from './rollout.ts';
export { allocationAt, fullCoverageOf } from './rollout.ts';
export type { Bucketing, EnvironmentSettings } from './settings.ts';
export { DEFAULT_SETTINGS } from './settings.ts';
export type { FlagHashes, Sha256, Snapshot, SnapshotChanges, SnapshotDelta } from './snapshot.ts';
export { hashFlag, hashSnapshot, SNAPSHOT_SCHEMA_VERSION } from './snapshot.ts';
