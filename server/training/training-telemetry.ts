import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Scope } from '../../domain/index.ts';
import { ModelGauges } from './model-gauges.ts';
import type { ChampionReview } from './review-champion.ts';
import type { WatchedForecaster, WatchedModel, WatchedNovelty, WatchedRamp } from './watch-models.ts';

const MODEL_LABELS = ['tenant', 'environment', 'kind'] as const;

/** What this process tells Prometheus about learning. */
export class TrainingTelemetry {
  readonly #runs: Counter<'tenant' | 'environment' | 'kind' | 'outcome'>;
  readonly #durations: Histogram<'kind'>;
  readonly #inUse: Gauge<'tenant' | 'environment' | 'kind' | 'model'>;
  readonly #age: Gauge<'tenant' | 'environment' | 'kind'>;
  readonly #steppedOver: Gauge<'tenant' | 'environment' | 'kind'>;

  readonly #alarms: Gauge<'tenant' | 'environment' | 'kind'>;
  readonly #novel: Gauge<'tenant' | 'environment' | 'kind'>;
  readonly #demotions: Counter<'tenant' | 'environment' | 'kind'>;
  readonly #figures: ModelGauges;
  readonly #parity: Gauge<'tenant' | 'environment'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#runs = new Counter({
      name: 'rampwright_training_runs_total',
      help: 'Training runs that ended in this process: promote, keep, refused, failed, cancelled.',
      labelNames: [...MODEL_LABELS, 'outcome'],
      registers,
    });
    this.#durations = new Histogram({
      name: 'rampwright_training_run_duration_seconds',
      help: 'From the beginning of a training run in this process to its end.',
      labelNames: ['kind'],
      buckets: [1, 5, 15, 60, 300, 900, 3600, 14_400],
      registers,
    });
    this.#inUse = new Gauge({
      name: 'rampwright_model_in_use',
      help: '1 for the model in use; none: what is shipped, or the guardrails alone.',
      labelNames: [...MODEL_LABELS, 'model'],
      registers,
    });
    this.#age = new Gauge({
      name: 'rampwright_model_age_seconds',
      help: 'Time since the cut-off of the model in use: how old its knowledge is.',
      labelNames: [...MODEL_LABELS],
      registers,
    });
    this.#steppedOver = new Gauge({
      name: 'rampwright_models_stepped_over',
      help: 'Models that should be in use and cannot: corrupt, or for other features. Alert above 0.',
      labelNames: [...MODEL_LABELS],
      registers,
    });
    this.#alarms = new Gauge({
      name: 'rampwright_model_alarm_ratio',
      help: 'Share of rollouts labelled healthy in which the champion has alarmed, as of last night.',
      labelNames: [...MODEL_LABELS],
      registers,
    });
    this.#novel = new Gauge({
      name: 'rampwright_model_novel_ratio',
      help: 'Share of rollouts unlike anything that the champion was fitted on, as of last night.',
      labelNames: [...MODEL_LABELS],
      registers,
    });
    this.#figures = new ModelGauges(registry);
    this.#parity = new Gauge({
      name: 'rampwright_feature_parity_error',
      help: 'Largest difference between recorded model inputs and the same made anew, as of last night. Alert above 1e-9.',
      labelNames: ['tenant', 'environment'],
      registers,
    });
    this.#demotions = new Counter({
      name: 'rampwright_model_demotions_total',
      help: 'Champions that this process has taken back by itself. Alert on any.',
      labelNames: [...MODEL_LABELS],
      registers,
    });
  }

  /** Shows what a review of a champion has found. */
  showReview({ tenant, environment }: Scope, kind: string, { signs, figures, demotedFor }: ChampionReview): void {
    const labels = { tenant, environment, kind };
    const { benign, rollouts, novelRollouts } = signs;
    if (benign.runs > 0) this.#alarms.set(labels, benign.alarms / benign.runs);
    if (rollouts > 0) this.#novel.set(labels, novelRollouts / rollouts);
    this.#figures.show(labels, figures);
    if (demotedFor.length > 0) this.countDemotion({ tenant, environment }, kind);
  }

  /** Counts a champion that this process has taken back. */
  countDemotion({ tenant, environment }: Scope, kind: string): void {
    this.#demotions.inc({ tenant, environment, kind });
  }

  /** Shows how far recorded model inputs are from the same made anew. */
  showParity({ tenant, environment }: Scope, largestDifference: number): void {
    this.#parity.set({ tenant, environment }, largestDifference);
  }

  /** Counts a run that ended. */
  countRun({ tenant, environment }: Scope, kind: string, outcome: string, seconds: number): void {
    this.#runs.inc({ tenant, environment, kind, outcome });
    this.#durations.observe({ kind }, seconds);
  }

  /** Shows what is in use now, and forgets what was before. */
  showModels(
    watched: readonly (Scope & {
      readonly kind: string;
      readonly model: WatchedModel | WatchedNovelty | WatchedRamp | WatchedForecaster;
    })[],
    nowMs: number,
  ): void {
    for (const gauge of [this.#inUse, this.#age, this.#steppedOver]) gauge.reset();
    for (const { tenant, environment, kind, model } of watched) {
      const labels = { tenant, environment, kind };
      this.#steppedOver.set(labels, model.steppedOver.length);
      if (model.kind !== 'model') continue;
      this.#inUse.set({ ...labels, model: model.modelId }, 1);
      if (model.record !== undefined) this.#age.set(labels, (nowMs - model.record.cutOffMs) / 1000);
    }
  }
}
