import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { PassReport } from '../../controller/index.ts';
import type { Clock, DueRollout, EvaluationReason, Rollout, Scope } from '../../domain/index.ts';
import { WebhookTelemetry } from '../webhooks/webhook-telemetry.ts';
import { BackgroundTelemetry } from './background-telemetry.ts';
import { LoopTelemetry } from './loop-telemetry.ts';
import { RequestTelemetry } from './request-telemetry.ts';
import { RolloutTelemetry } from './rollout-telemetry.ts';
import { ShownRollouts } from './shown-rollouts.ts';

/** What is published, as far as figures tell of it. */
export interface PublishedFigures {
  rollouts(): Iterable<Scope & { readonly rollout: Rollout }>;
  environments(): Iterable<Scope & { readonly version: number; readonly readerCount: number }>;
}

/** What this process tells Prometheus about itself; names follow Prometheus' conventions, labels are bounded. */
export class Telemetry {
  readonly registry = new Registry();
  readonly requests = new RequestTelemetry(this.registry);
  readonly background = new BackgroundTelemetry(this.registry);
  readonly webhooks = new WebhookTelemetry(this.registry);
  readonly #loop: LoopTelemetry;
  readonly #rollouts: RolloutTelemetry;
  readonly #evaluations: Record<string, number> = Object.create(null);

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
  readonly #decisionLatency = new Histogram({
    name: 'rampwright_decision_latency_seconds',
    help: 'From the end of the newest window to its decision.',
    buckets: [0.5, 1, 2, 5, 10, 30, 60, 120, 300],
    registers: [this.registry],
  });

  constructor(clock: Clock, published: PublishedFigures) {
    this.#loop = new LoopTelemetry(this.registry, clock.nowMs);
    this.#rollouts = new RolloutTelemetry(this.registry, new ShownRollouts(clock, () => published.rollouts()));
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
    this.#showEnvironments(published);
  }

  /** Everything, in the format that Prometheus reads. */
  text(): Promise<string> {
    this.#rollouts.refresh();
    return this.registry.metrics();
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

  /** Shows what a sweep of the control loop has claimed. */
  showSweep(due: readonly DueRollout[]): void {
    this.#loop.showSweep(due);
  }

  /** Starts the watch of a pass. */
  beginPass(): void {
    this.#loop.beginPass();
  }

  /** Shows what a pass found and did. */
  showPass(scope: Scope, report: PassReport): void {
    const { observation, record, wasApplied } = report;
    this.#loop.countPass(record === undefined ? 'nothingNew' : wasApplied ? 'applied' : 'superseded');
    this.#rollouts.showPass(scope, report);
    if (wasApplied) this.#decisionLatency.observe((observation.nowMs - observation.closedThroughMs) / 1000);
  }

  /** Counts the move of a person, and shows where it has brought the rollout. */
  showMove(scope: Scope, rollout: Rollout, verb: string): void {
    this.#rollouts.showMove(scope, rollout, verb);
  }

  /** Counts a pass that failed. */
  countFailedPass(): void {
    this.#loop.countPass('failed');
  }

  #showEnvironments(published: PublishedFigures): void {
    const gauge = (name: string, help: string, read: (of: { version: number; readerCount: number }) => number) =>
      new Gauge({
        name: `rampwright_${name}`,
        help,
        labelNames: ['tenant', 'environment'],
        registers: [this.registry],
        collect() {
          this.reset();
          for (const { tenant, environment, ...of } of published.environments())
            this.set({ tenant, environment }, read(of));
        },
      });
    gauge('environment_version', 'Version of the newest snapshot that this process holds.', (of) => of.version);
    gauge('snapshot_readers', 'Streams that are told of every newer snapshot.', (of) => of.readerCount);
  }

  #counter<L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> {
    return new Counter({ name: `rampwright_${name}`, help, labelNames: [...labelNames], registers: [this.registry] });
  }
}
