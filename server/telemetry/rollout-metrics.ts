/** What a metric of a rollout means, and the labels that it has beside tenant, environment and rollout. */
interface RolloutMetric {
  readonly help: string;
  readonly labels: readonly string[];
}

/** Gauges of rollouts that are in progress, or have ended lately. */
export const ROLLOUT_GAUGES = {
  rollout_info: { help: 'Always 1; says which flag is rolled out.', labels: ['flag', 'control'] },
  rollout_state: { help: '1 for the phase that the rollout is in.', labels: ['state'] },
  rollout_coverage_ratio: { help: 'Share of eligible units admitted to treatment.', labels: [] },
  rollout_target_coverage_ratio: { help: 'Coverage of the next planned stage.', labels: [] },
  rollout_stage: { help: 'Number of the stage that was reached; 0 below the first.', labels: [] },
  rollout_stages: { help: 'Stages of the plan.', labels: [] },
  rollout_hold_reason: { help: '1 for each reason that the newest look gave for waiting.', labels: ['reason_code'] },
  rollout_units: { help: 'Distinct units seen since coverage last changed.', labels: ['variant'] },
  rollout_missing_reports_ratio: { help: 'Share of the usual reports missing in the newest windows.', labels: [] },
  rollout_late_reports_ratio: { help: 'Share of the newest reports that came too late to count.', labels: [] },
  rollout_novel: { help: '1 while the rollout is unlike those the models learned from.', labels: ['variant'] },
  data_age_seconds: { help: 'Age of the newest closed window.', labels: [] },
  combined_evidence_log10: {
    help: 'Combined evidence of harm at its highest so far; it rolls back above its line.',
    labels: ['variant'],
  },
  combined_evidence_line_log10: { help: 'The line at which the evidence rolls back.', labels: ['variant'] },
  combined_evidence_now_log10: { help: 'Combined evidence after the newest window.', labels: ['variant'] },
  guardrail_evidence_log10: { help: 'Evidence of harm in one guardrail.', labels: ['variant', 'metric'] },
  guardrail_evidence_line_log10: {
    help: 'The line at which one guardrail would roll back alone.',
    labels: ['variant', 'metric'],
  },
  guardrail_verdict: { help: '1 for the verdict of the guardrail.', labels: ['variant', 'metric', 'verdict'] },
  guardrail_non_inferior_probability: {
    help: 'Probability that the treatment is not worse by more than its margin.',
    labels: ['variant', 'metric'],
  },
  guardrail_effect_ratio: {
    help: 'Treatment over control: relative risk, or ratio of means.',
    labels: ['variant', 'metric'],
  },
  guardrail_effect_lower_ratio: { help: 'Lower end of its 95 % interval.', labels: ['variant', 'metric'] },
  guardrail_effect_upper_ratio: { help: 'Upper end of its 95 % interval.', labels: ['variant', 'metric'] },
  guardrail_event_ratio: {
    help: 'Share of units with the event of a rate, by side.',
    labels: ['variant', 'metric', 'side'],
  },
  guardrail_duration_seconds: {
    help: 'Recent quantiles of a duration, by side.',
    labels: ['variant', 'metric', 'side', 'quantile'],
  },
  guardrail_mean: { help: 'Mean of a value over all units, by side.', labels: ['variant', 'metric', 'side'] },
  shared_incident: { help: '1 while control itself is in trouble.', labels: ['metric'] },
  sample_ratio_evidence_log10: { help: 'Evidence that the split is not the intended one.', labels: [] },
  sample_ratio_evidence_line_log10: { help: 'The line at which it counts as a mismatch.', labels: [] },
  risk_budget_spent_events: { help: 'Bad events that the rollout has cost.', labels: ['metric'] },
  risk_budget_remaining_ratio: { help: 'Share of the risk budget that is left.', labels: ['metric'] },
  risk_score: { help: 'Least logit of harm over three minutes, by the risk model.', labels: ['variant'] },
  risk_threshold: { help: 'The score above which the risk model alarms.', labels: ['variant'] },
} as const satisfies Readonly<Record<string, RolloutMetric>>;

/** Counters of rollouts; they begin at the first look of this process and end with the gauges. */
export const ROLLOUT_COUNTERS = {
  decisions_total: { help: 'Decisions that took effect.', labels: ['decision', 'reason_code'] },
  moves_total: { help: 'Moves that people made at this server.', labels: ['verb'] },
  exposures_total: {
    help: 'Exposed units of the windows that this process counted; once a window.',
    labels: ['variant'],
  },
} as const satisfies Readonly<Record<string, RolloutMetric>>;

export type RolloutGauge = keyof typeof ROLLOUT_GAUGES;
export type RolloutCounter = keyof typeof ROLLOUT_COUNTERS;
