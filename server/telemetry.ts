import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { PassReport } from '../controller/index.ts';
import { type EvaluationReason, type Rollout, type RolloutPhase, type Scope, SHARE_TOTAL } from '../domain/index.ts';

const PHASES: readonly RolloutPhase[] = ['draft', 'running', 'paused', 'completed', 'rolledBack'];
const ROLLOUT_LABELS = ['tenant', 'environment', 'rollout'] as const;

/** What this process tells Prometheus about itself; names follow Prometheus' conventions, labels are bounded. */
export class Telemetry {
  readonly registry = new Registry();
  readonly #evaluations: Record<string, number> = Object.create(null);

  readonly #decisions = this.#counter('decisions_total', 'Decisions that took effect.', [
    ...ROLLOUT_LABELS,
    'decision',
    'reason_code',
  ]);
  readonly #passes = this.#counter('passes_total', 'Passes of the control loop.', ['result']);
  readonly #reports = this.#counter('reports_total', 'Metric reports received.', ['tenant', 'environment', 'result']);
  readonly #lateRows = this.#counter('late_rows_total', 'Report rows for windows that were already closed.', [
    'tenant',
    'environment',
  ]);
  readonly #otlpPoints = this.#counter('otlp_points_total', 'Data points received over OTLP.', [
    'tenant',
    'environment',
    'result',
  ]);
  readonly #metricSourceErrors = this.#counter(
    'metric_source_errors_total',
    'Faults of sources that are asked for metrics; what they concern is not counted.',
    ['source', 'reason'],
  );
  readonly #state = this.#gauge('rollout_state', '1 for the phase that the rollout is in.', [
    ...ROLLOUT_LABELS,
    'state',
  ]);
  readonly #coverage = this.#gauge(
    'rollout_coverage_ratio',
    'Share of eligible units admitted to treatment.',
    ROLLOUT_LABELS,
  );
  readonly #evidence = this.#gauge(
    'combined_evidence_log10',
    'Combined evidence of harm; it rolls back above its line.',
    [...ROLLOUT_LABELS, 'variant'],
  );
  readonly #evidenceLine = this.#gauge('combined_evidence_line_log10', 'The line at which the evidence rolls back.', [
    ...ROLLOUT_LABELS,
    'variant',
  ]);
  readonly #dataAge = this.#gauge(
    'data_age_seconds',
    'Age of the newest closed window at the last pass.',
    ROLLOUT_LABELS,
  );
  readonly #decisionLatency = new Histogram({
    name: 'rampwright_decision_latency_seconds',
    help: 'From the end of the newest window to its decision.',
    buckets: [0.5, 1, 2, 5, 10, 30, 60, 120, 300],
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    const evaluations = this.#evaluations;
    new Counter({
      name: 'rampwright_evaluations_total',
      help: 'Flag evaluations answered over HTTP.',
      labelNames: ['reason'],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const [reason, count] of Object.entries(evaluations)) this.inc({ reason }, count);
      },
    });
  }

  /** Counts an evaluation; a plain addition, because it is on the hot path. */
  countEvaluation(reason: EvaluationReason): void {
    this.#evaluations[reason] = (this.#evaluations[reason] ?? 0) + 1;
  }

  /** Counts the evaluations of a bulk answer by their reasons. */
  countEvaluations(counts: Readonly<Partial<Record<EvaluationReason, number>>>): void {
    for (const [reason, count] of Object.entries(counts))
      this.#evaluations[reason] = (this.#evaluations[reason] ?? 0) + count;
  }

  /** Counts a report and its late rows. */
  countReport({ tenant, environment }: Scope, result: 'accepted' | 'duplicate' | 'refused', lateRowCount = 0): void {
    this.#reports.inc({ tenant, environment, result });
    this.#lateRows.inc({ tenant, environment }, lateRowCount);
  }

  /** Counts a fault of a source of metrics. */
  countSourceError(source: string, reason: string): void {
    this.#metricSourceErrors.inc({ source, reason });
  }

  /** Counts the data points of an export by what became of them, and its late rows. */
  countOtlpPoints(
    { tenant, environment }: Scope,
    counts: Readonly<Record<'counted' | 'baseline' | 'duplicate' | 'rejected' | 'ignored', number>>,
    lateRowCount = 0,
  ): void {
    for (const [result, count] of Object.entries(counts)) this.#otlpPoints.inc({ tenant, environment, result }, count);
    this.#lateRows.inc({ tenant, environment }, lateRowCount);
  }

  /** Shows what a pass found and did. */
  showPass({ tenant, environment }: Scope, report: PassReport): void {
    const { rollout, observation, outcome, record, wasApplied } = report;
    const labels = { tenant, environment, rollout: rollout.definition.rollout };
    this.#passes.inc({ result: record === undefined ? 'nothingNew' : wasApplied ? 'applied' : 'superseded' });
    this.showRollout({ tenant, environment }, wasApplied ? afterDecision(report) : rollout);
    if (observation.closedThroughMs > 0)
      this.#dataAge.set(labels, (observation.nowMs - observation.closedThroughMs) / 1000);
    for (const { treatment: variant, combined } of outcome.assessment.treatments) {
      this.#evidence.set({ ...labels, variant }, combined.log10);
      this.#evidenceLine.set({ ...labels, variant }, combined.lineLog10);
    }
    if (!wasApplied) return;
    const { action, reasons } = outcome.decision;
    this.#decisions.inc({ ...labels, decision: action, reason_code: reasons[0]?.code ?? 'none' });
    this.#decisionLatency.observe((observation.nowMs - observation.closedThroughMs) / 1000);
  }

  /** Shows where a rollout stands. */
  showRollout({ tenant, environment }: Scope, { definition, state }: Rollout): void {
    const labels = { tenant, environment, rollout: definition.rollout };
    for (const phase of PHASES) this.#state.set({ ...labels, state: phase }, phase === state.phase ? 1 : 0);
    this.#coverage.set(labels, state.coverage / SHARE_TOTAL);
  }

  /** Counts a pass that failed. */
  countFailedPass(): void {
    this.#passes.inc({ result: 'failed' });
  }

  #counter<L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> {
    return new Counter({ name: `rampwright_${name}`, help, labelNames: [...labelNames], registers: [this.registry] });
  }

  #gauge<L extends string>(name: string, help: string, labelNames: readonly L[]): Gauge<L> {
    return new Gauge({ name: `rampwright_${name}`, help, labelNames: [...labelNames], registers: [this.registry] });
  }
}

function afterDecision({ rollout, outcome }: PassReport): Rollout {
  const { action, coverage } = outcome.decision;
  const phase = action === 'rollback' ? 'rolledBack' : action === 'complete' ? 'completed' : rollout.state.phase;
  return { ...rollout, state: { ...rollout.state, phase, coverage } };
}
