import { type HealthAssessment, stageAt } from '../../controller/index.ts';
import {
  type Decision,
  type ReportRow,
  type Rollout,
  type RolloutDefinition,
  type RolloutPhase,
  SHARE_TOTAL,
} from '../../domain/index.ts';
import type { RolloutCounter, RolloutGauge } from './rollout-metrics.ts';

const PHASES: readonly RolloutPhase[] = ['running', 'paused', 'completed', 'rolledBack'];
const VERDICTS = ['pass', 'fail', 'inconclusive', 'noData'] as const;

/** One number of a rollout, and the labels that it has beside those of the rollout. */
export interface Figure<Name extends string = RolloutGauge | RolloutCounter> {
  readonly name: Name;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Where a rollout stands in its plan. */
export function standingFigures({ definition, state }: Rollout): readonly Figure<RolloutGauge>[] {
  const { flag, control, stages } = definition;
  const next = stages.find(({ coverage }) => coverage > state.coverage);
  const isRamping = state.phase === 'running' || state.phase === 'paused';
  return [
    figure('rollout_info', 1, { flag, control }),
    ...PHASES.map((phase) => figure('rollout_state', phase === state.phase ? 1 : 0, { state: phase })),
    figure('rollout_coverage_ratio', state.coverage / SHARE_TOTAL),
    figure('rollout_target_coverage_ratio', ((isRamping && next?.coverage) || state.coverage) / SHARE_TOTAL),
    figure('rollout_stage', stageAt(definition, state.coverage).index + 1),
    figure('rollout_stages', stages.length),
  ];
}

/** What the newest decision waits for; nothing when it does not wait. */
export function holdFigures({ action, reasons }: Decision): readonly Figure<RolloutGauge>[] {
  if (action !== 'hold') return [];
  const codes = new Set(reasons.map(({ code }) => code));
  return [...codes].map((reason_code) => figure('rollout_hold_reason', 1, { reason_code }));
}

/** What an assessment says, number by number; what is not known yet is left out. */
export function assessmentFigures(
  definition: RolloutDefinition,
  assessment: HealthAssessment,
): readonly Figure<RolloutGauge>[] {
  const { units, sampleRatio, reporting, incidents, riskBudget } = assessment;
  return [
    ...assessment.treatments.flatMap(treatmentFigures),
    ...(assessment.learned ?? []).flatMap(learnedFigures),
    ...Object.entries(units).map(([variant, count]) => figure('rollout_units', count, { variant })),
    figure('sample_ratio_evidence_log10', sampleRatio.log10),
    figure('sample_ratio_evidence_line_log10', sampleRatio.lineLog10),
    figure('rollout_missing_reports_ratio', reporting.missingShare),
    figure('rollout_late_reports_ratio', reporting.lateShare),
    ...definition.metrics
      .filter(({ role }) => role === 'guardrail')
      .map(({ metric }) =>
        figure('shared_incident', incidents.some((incident) => incident.metric === metric) ? 1 : 0, { metric }),
      ),
    ...(riskBudget === null ? [] : budgetFigures(riskBudget)),
  ];
}

/** Units that windows have shown, by variant: what the counter of exposures goes up by. */
export function exposureFigures(
  windows: readonly {
    readonly sources: Readonly<
      Record<string, { readonly variants: Readonly<Record<string, Pick<ReportRow, 'units'>>> }>
    >;
  }[],
): readonly Figure<RolloutCounter>[] {
  return windows
    .flatMap(({ sources }) => Object.values(sources))
    .flatMap(({ variants }) => Object.entries(variants))
    .map(([variant, { units }]) => ({ name: 'exposures_total', value: units, labels: { variant } }));
}

type Treatment = HealthAssessment['treatments'][number];
type Guardrail = Treatment['guardrails'][number];

function treatmentFigures({ treatment: variant, combined, nowLog10, guardrails }: Treatment) {
  return [
    figure('combined_evidence_log10', combined.log10, { variant }),
    figure('combined_evidence_line_log10', combined.lineLog10, { variant }),
    figure('combined_evidence_now_log10', nowLog10, { variant }),
    ...guardrails.flatMap((guardrail) => guardrailFigures(guardrail, { variant, metric: guardrail.metric })),
  ];
}

function guardrailFigures(guardrail: Guardrail, labels: { readonly variant: string; readonly metric: string }) {
  const { verdict, effect, evidence, nonInferiorProbability } = guardrail;
  return [
    figure('guardrail_evidence_log10', evidence.log10, labels),
    figure('guardrail_evidence_line_log10', evidence.lineLog10, labels),
    figure('guardrail_non_inferior_probability', nonInferiorProbability, labels),
    ...VERDICTS.map((each) => figure('guardrail_verdict', each === verdict ? 1 : 0, { ...labels, verdict: each })),
    ...known('guardrail_effect_ratio', effect?.ratio, labels),
    ...known('guardrail_effect_lower_ratio', effect?.lower, labels),
    ...known('guardrail_effect_upper_ratio', effect?.upper, labels),
    ...(['treatment', 'control'] as const).flatMap((side) => sideFigures(guardrail, side, { ...labels, side })),
  ];
}

function sideFigures(guardrail: Guardrail, side: 'treatment' | 'control', labels: Readonly<Record<string, string>>) {
  const { rate, p50Ms, p95Ms, mean } = guardrail[side];
  return [
    ...(guardrail.kind === 'rate' ? known('guardrail_event_ratio', rate, labels) : []),
    ...known('guardrail_duration_seconds', inSeconds(p50Ms), { ...labels, quantile: '0.5' }),
    ...known('guardrail_duration_seconds', inSeconds(p95Ms), { ...labels, quantile: '0.95' }),
    ...known('guardrail_mean', mean, labels),
  ];
}

function learnedFigures({ treatment, score, threshold, isNovel }: NonNullable<HealthAssessment['learned']>[number]) {
  const labels = { variant: treatment };
  return [
    ...known('risk_score', score, labels),
    ...known('risk_threshold', threshold, labels),
    figure('rollout_novel', isNovel ? 1 : 0, labels),
  ];
}

function budgetFigures({ metric, badEvents, spent, left }: NonNullable<HealthAssessment['riskBudget']>) {
  return [
    figure('risk_budget_spent_events', spent, { metric }),
    figure('risk_budget_remaining_ratio', badEvents > 0 ? left / badEvents : 0, { metric }),
  ];
}

function inSeconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1000;
}

function figure(name: RolloutGauge, value: number, labels: Readonly<Record<string, string>> = {}) {
  return { name, value, labels };
}

function known(name: RolloutGauge, value: number | null | undefined, labels: Readonly<Record<string, string>>) {
  return value === null || value === undefined ? [] : [figure(name, value, labels)];
}
