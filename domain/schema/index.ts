export type { JudgeInput, JudgementAnswer } from './judge-schema.ts';
export { FlaggerHookSchema, JudgeInputSchema, JudgementSchema, MAX_JUDGED_WINDOWS } from './judge-schema.ts';
export { KeySchema, NameSchema, ReasonTextSchema, RevisionSchema, ShareSchema, TimestampMsSchema } from './names.ts';
export { ProblemSchema } from './problem-schema.ts';
export { QuotasSchema } from './quotas-schema.ts';
export { MAX_ROWS_PER_REPORT, MetricReportSchema } from './report-schema.ts';
export type { MetricInput, RolloutInput } from './rollout-schema.ts';
export { AppetiteFactorsSchema, MetricInputSchema, RolloutInputSchema, RolloutSchema } from './rollout-schema.ts';
export { EnvironmentSettingsSchema } from './settings-schema.ts';
export { NewPasswordSchema, RolesSchema, UserNameSchema } from './user-schema.ts';
export {
  AdvanceSchema,
  ApproveSchema,
  DeclineSchema,
  ForwardSchema,
  JumpSchema,
  ModeSchema,
  OpinionSchema,
  OverrideSchema,
  PinSchema,
  PlainVerbSchema,
  RestoreSchema,
} from './verb-schema.ts';
export { violationsOf } from './violations-of.ts';
