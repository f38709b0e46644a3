import { Counter, Gauge, type Registry } from 'prom-client';
import type { PassReport } from '../../controller/index.ts';
import type { Rollout, Scope } from '../../domain/index.ts';
import { ROLLOUT_COUNTERS, ROLLOUT_GAUGES, type RolloutCounter, type RolloutGauge } from './rollout-metrics.ts';
import type { ShownRollouts } from './shown-rollouts.ts';

const ROLLOUT_LABELS = ['tenant', 'environment', 'rollout'];

/**
 * What this process tells Prometheus about rollouts.
 *
 * Passes only leave their figures behind; series are made when somebody asks, so that those of rollouts which are over
 * go away by themselves.
 */
export class RolloutTelemetry {
  readonly #shown: ShownRollouts;
  readonly #gauges: ReadonlyMap<string, Gauge>;
  readonly #counters: ReadonlyMap<string, Counter>;

  constructor(registry: Registry, shown: ShownRollouts) {
    this.#shown = shown;
    const settings = (
      name: string,
      { help, labels }: { readonly help: string; readonly labels: readonly string[] },
    ) => ({
      name: `rampwright_${name}`,
      help,
      labelNames: [...ROLLOUT_LABELS, ...labels],
      registers: [registry],
    });
    this.#gauges = new Map(
      Object.entries(ROLLOUT_GAUGES).map(([name, metric]) => [name, new Gauge(settings(name, metric))]),
    );
    this.#counters = new Map(
      Object.entries(ROLLOUT_COUNTERS).map(([name, metric]) => [name, new Counter(settings(name, metric))]),
    );
  }

  /** Shows what a pass found and did. */
  showPass(scope: Scope, report: PassReport): void {
    this.#shown.showPass(scope, report.wasApplied ? afterDecision(report) : report.rollout, report);
  }

  /** Counts the move of a person, and shows where it has brought the rollout. */
  showMove(scope: Scope, rollout: Rollout, verb: string): void {
    this.#shown.showMove(scope, rollout, verb);
  }

  /** Makes the series anew, as of now. */
  refresh(): void {
    for (const metric of [...this.#gauges.values(), ...this.#counters.values()]) metric.reset();
    for (const { name, labels, value } of this.#shown.figures()) {
      this.#gauges.get(name satisfies RolloutGauge | RolloutCounter)?.set(labels, value);
      this.#counters.get(name)?.inc(labels, value);
    }
  }
}

function afterDecision({ rollout, outcome }: PassReport): Rollout {
  const { action, coverage } = outcome.decision;
  if (action === 'hold') return rollout;
  const phase = action === 'rollback' ? 'rolledBack' : action === 'complete' ? 'completed' : rollout.state.phase;
  const revision = rollout.state.revision + 1;
  return { ...rollout, state: { ...rollout.state, phase, coverage, revision } };
}
