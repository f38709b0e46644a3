import { Counter, Histogram, type Registry } from 'prom-client';
import type { Scope, ShadowScore } from '../../domain/index.ts';

/** What this process tells Prometheus about models that score and decide nothing. */
export class ShadowTelemetry {
  readonly #scores: Counter<'tenant' | 'environment' | 'model' | 'opinion'>;
  readonly #leftOut: Counter<'tenant' | 'environment'>;
  readonly #durations: Histogram;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#scores = new Counter({
      name: 'rampwright_shadow_scores_total',
      help: 'Scores of models that decide nothing: would they have done the same as what decided, or something else?',
      labelNames: ['tenant', 'environment', 'model', 'opinion'],
      registers,
    });
    this.#leftOut = new Counter({
      name: 'rampwright_shadow_passes_left_out_total',
      help: 'Passes that no challenger looked at, because too many waited.',
      labelNames: ['tenant', 'environment'],
      registers,
    });
    this.#durations = new Histogram({
      name: 'rampwright_shadow_score_duration_seconds',
      help: 'How long one challenger takes to decide one observation.',
      buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5],
      registers,
    });
  }

  /** Counts a score beside the action that was taken. */
  countScore({ tenant, environment }: Scope, { modelId, action }: ShadowScore, taken: string): void {
    this.#scores.inc({ tenant, environment, model: modelId, opinion: action === taken ? 'same' : 'different' });
  }

  countLeftOut({ tenant, environment }: Scope): void {
    this.#leftOut.inc({ tenant, environment });
  }

  showDuration(seconds: number): void {
    this.#durations.observe(seconds);
  }
}
