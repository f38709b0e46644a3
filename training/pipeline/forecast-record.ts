import type { NewModel } from '../../domain/index.ts';
import { FORECAST_ALPHA, type ForecastArtefact } from '../../models/index.ts';
import type { ForecastBacktest } from '../forecast/backtest-forecasters.ts';
import type { ForecastEvidence } from '../gate/index.ts';
import { trainedRecord } from './trained-record.ts';
import type { TrainingOptions } from './training-options.ts';

/** Its inputs have no names to be hashed: they change with the build that makes them. */
const FORECAST_SCHEMA = 'forecast-1';

/** What a run has made, ready to be registered. */
export interface MadeForecaster {
  readonly model: ForecastArtefact;
  readonly modelId: string;
  readonly hash: string;
  readonly evidence: ForecastEvidence;
  readonly backtest: ForecastBacktest;
  readonly card: string;
  readonly settings: object;
}

/** The record of a forecaster: where it comes from and what it is worth. */
export function forecastRecord(
  options: TrainingOptions,
  { model, modelId, hash, evidence, backtest, card, settings }: MadeForecaster,
): NewModel {
  return trainedRecord(options, {
    modelId,
    artefact: model,
    parentId: null,
    schemaHash: FORECAST_SCHEMA,
    dataSetHash: hash,
    seeds: [model.origin.seed],
    backend: model.origin.backend,
    hyperParameters: { ...(settings as Record<string, number>) },
    calibration: { alpha: FORECAST_ALPHA, runs: evidence.calibrationRuns.found },
    metrics: { forecastGate: { ...evidence }, backtest: { ...backtest } },
    modelCard: card,
  });
}
