import { Gauge, type Registry } from 'prom-client';
import type { ModelFigures } from '../../training/watch/index.ts';

const MODEL_LABELS = ['tenant', 'environment', 'kind'] as const;
type ModelLabel = (typeof MODEL_LABELS)[number];

/** Whether the model in use still fits what it sees, for Prometheus. */
export class ModelGauges {
  readonly #drift: Gauge<ModelLabel | 'feature'>;
  readonly #predicted: Gauge<ModelLabel>;
  readonly #realised: Gauge<ModelLabel>;
  readonly #calibration: Gauge<ModelLabel>;
  readonly #falseAlarms: Gauge<ModelLabel | 'band'>;
  readonly #missed: Gauge<ModelLabel | 'band'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#drift = new Gauge({
      name: 'rampwright_model_input_drift_index',
      help: 'Population stability of an input of the model in use, last week against training. Above 0.2 it has drifted.',
      labelNames: [...MODEL_LABELS, 'feature'],
      registers,
    });
    this.#predicted = new Gauge({
      name: 'rampwright_model_predicted_harm_ratio',
      help: 'Mean probability of harm in rollouts whose end is known, as of last night.',
      labelNames: [...MODEL_LABELS],
      registers,
    });
    this.#realised = new Gauge({
      name: 'rampwright_model_realised_harm_ratio',
      help: 'Share of the same rollouts that did harm.',
      labelNames: [...MODEL_LABELS],
      registers,
    });
    this.#calibration = new Gauge({
      name: 'rampwright_model_calibration_p_value',
      help: 'Of "each predicted probability is right", over rollouts whose end is known.',
      labelNames: [...MODEL_LABELS],
      registers,
    });
    this.#falseAlarms = new Gauge({
      name: 'rampwright_model_false_alarm_ratio',
      help: 'Share of harmless rollouts with such traffic in which the model in use has alarmed.',
      labelNames: [...MODEL_LABELS, 'band'],
      registers,
    });
    this.#missed = new Gauge({
      name: 'rampwright_model_missed_harm_ratio',
      help: 'Share of harmful rollouts with such traffic in which the model in use has not alarmed.',
      labelNames: [...MODEL_LABELS, 'band'],
      registers,
    });
  }

  /** Shows what was found last night in place of what was found before. */
  show(labels: Readonly<Record<ModelLabel, string>>, { drift, calibration, byBand }: ModelFigures): void {
    for (const { feature, index } of drift) this.#drift.set({ ...labels, feature }, index);
    if (calibration !== null) {
      this.#predicted.set(labels, calibration.predicted);
      this.#realised.set(labels, calibration.realised);
      this.#calibration.set(labels, calibration.pValue);
    }
    for (const { band, benign, falseAlarms, harmful, missed } of byBand) {
      if (benign > 0) this.#falseAlarms.set({ ...labels, band }, falseAlarms / benign);
      if (harmful > 0) this.#missed.set({ ...labels, band }, missed / harmful);
    }
  }
}
