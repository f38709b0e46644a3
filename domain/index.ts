export type { VariantWindows } from './add-windows.ts';
export { addMetric, addMetrics, addVariant, addVariants } from './add-windows.ts';
export { admissionAt, integerShares, isAdaptive, sharesInForce, splitInForce } from './admission.ts';
export type {
  Admission,
  AdmissionLayer,
  AdmissionTree,
  Allocation,
  LayerShares,
  Leaf,
  Slot,
} from './allocation.ts';
export { intendedShares, MAX_LAYERS, SHARE_TOTAL, slotsOf, withLayer } from './allocation.ts';
export type { Checkpoint, CheckpointNow, Vote } from './approval.ts';
export { approvalsOf, isPassable } from './approval.ts';
export type { AuditEntry, AuditHead, AuditLog, AuditQuery } from './audit-entry.ts';
export { ALL_ENVIRONMENTS, GENESIS_HASH } from './audit-entry.ts';
export { EXACT_CHANGES, ROLLOUT_CHANGES } from './change-kinds.ts';
export type { CountedStreams, HeldStreams, StreamCount } from './counted-streams.ts';
export type {
  AllocationChoice,
  ChosenShare,
  Decision,
  DecisionAction,
  DecisionRecord,
  DecisionSummary,
  LeafChoice,
  ListedDecision,
  PastDecision,
  PolicyChoice,
  Reason,
  ReasonCode,
} from './decision.ts';
export { EXPECTED_HOLDS } from './decision.ts';
export type { EffectDistribution, EffectPart } from './effect-distribution.ts';
export type {
  EvaluationContext,
  EvaluationDetails,
  EvaluationErrorCode,
  EvaluationReason,
  Exposure,
} from './evaluation.ts';
export type { FlagDefinition, FlagMetadata, FlagSet, FlagValue } from './flag.ts';
export type { Freeze, FreezeNow, Restrictions, Surroundings, WeeklyTime } from './freeze.ts';
export { WEEKDAYS } from './freeze.ts';
export type {
  Job,
  JobHandler,
  JobProgress,
  JobQueue,
  JobRun,
  JobSchedule,
  JobState,
  JobTiming,
  JobWorker,
  ListedSchedule,
  NewJob,
} from './job-queue.ts';
export type { JsonObject, JsonValue } from './json.ts';
export { canonicalJson } from './json.ts';
export type { Label, LabelSource, LabelVerdict, NewLabel } from './label.ts';
export type {
  ChampionMoveOptions,
  LabelStore,
  LearningStorage,
  ModelRegistry,
  ModelReviewStore,
  ShadowScoreStore,
  TrainingRunStore,
} from './learning-ports.ts';
export { isDividedByLeaf, leavesOf, REST, splitFor } from './leaves.ts';
export type {
  MetricDefinition,
  MetricKind,
  MetricRole,
  MetricSignal,
  MetricSource,
  NoDataPolicy,
  OtlpSelector,
  OtlpSource,
  PrometheusSource,
} from './metric.ts';
export {
  DURATION_ACCURACY,
  DURATION_BIN_GROWTH,
  durationBinMidMs,
  durationBinOf,
  durationBinUpperMs,
  MAX_DURATION_MS,
} from './metric.ts';
export type {
  ClosedWindow,
  Covariate,
  DurationWindow,
  MetricReport,
  MetricWindow,
  MetricWindows,
  RateWindow,
  ReportReceipt,
  ReportRow,
  SourceWindow,
  StoredState,
  ValueWindow,
  VariantPart,
  VariantWindow,
} from './metric-window.ts';
export { MAX_SEGMENTS_PER_WINDOW, OTHER_SEGMENT_VALUE, segmentOf } from './metric-window.ts';
export type { ChampionMove, ModelOrigin, ModelRecord, ModelState, NewModel } from './model-record.ts';
export type { AlarmsInBenign, BandErrors, CalibrationFigures, InputDrift, ModelReview } from './model-review.ts';
export type { KeptPace, PaceInPlan, PaceName } from './pace.ts';
export type {
  AnsweredRequest,
  ApiKey,
  Authorship,
  Change,
  Clock,
  DecisionLog,
  DecisionToApply,
  DueRollout,
  EnvironmentVersion,
  EvidenceRow,
  FlagStore,
  KeyScope,
  KeyStore,
  LivingKey,
  NewApiKey,
  Page,
  PublishedState,
  RequestKey,
  RolloutMove,
  RolloutStore,
  Scope,
  Storage,
  StoredFlag,
  StoredKey,
  WindowStore,
  WriteOptions,
} from './ports.ts';
export { BY_SERVER } from './ports.ts';
export type { ProblemCode, Violation } from './problem.ts';
export { PROBLEMS, Problem } from './problem.ts';
export { NO_QUOTAS, type Quotas } from './quotas.ts';
export type { Quarantine, ReportingSource } from './reporting-source.ts';
export { isOpenTo, ROLES, type Role, type RolesByEnvironment, scopesOfRoles } from './role.ts';
export type {
  AllocationObjective,
  AllocationPlan,
  AppetiteFactors,
  RiskBudget,
  RiskGroups,
  Rollout,
  RolloutDefinition,
  RolloutOverlay,
  RolloutPhase,
  RolloutState,
  SplitByAttribute,
  Stage,
  Treatment,
} from './rollout.ts';
export { allocationAt, fullCoverageOf, isInProgress } from './rollout.ts';
export type { GuardrailPoint, HistoryPoint, TreatmentPoint } from './rollout-history.ts';
export type { Bucketing, EnvironmentSettings } from './settings.ts';
export { DEFAULT_SETTINGS } from './settings.ts';
export type { ShadowScore } from './shadow-score.ts';
export type { SignInRefusal } from './sign-in-refusal.ts';
export type { FlagHashes, Sha256, Snapshot, SnapshotChanges, SnapshotDelta } from './snapshot.ts';
export { hashFlag, hashSnapshot } from './snapshot.ts';
export { SNAPSHOT_SCHEMA_VERSION, schemaVersionFor } from './snapshot-schema.ts';
export type { GuardrailOverride, Steering, SteeringMode } from './steering.ts';
export { NO_STEERING, steeringAt } from './steering.ts';
export type { Tenant, TenantStore } from './tenant.ts';
export type { TimedWord } from './timed-word.ts';
export type { NewTrainingRun, TrainingRun, TrainingRunChange, TrainingRunState } from './training-run.ts';
export type { TrainingRunner, TrainingWork } from './training-runner.ts';
export {
  type Identity,
  type NewUser,
  SESSION_IDLE_MS,
  SESSION_LIFE_MS,
  type Session,
  type StoredSession,
  type User,
  type UserChange,
  type UserStore,
} from './user.ts';
export type {
  ClaimedDelivery,
  Delivery,
  DeliveryStore,
  HoldNotice,
  NewWebhook,
  Notice,
  SettledAttempt,
  WaitingMessages,
  Webhook,
  WebhookEvent,
  WebhookEventKind,
  WebhookFormat,
  WebhookSecrets,
  WebhookStore,
} from './webhook.ts';
export { WEBHOOK_EVENT_KINDS } from './webhook.ts';
