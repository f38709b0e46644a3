import { type FitSettings, RISK_FIT } from '../fit/fit-network.ts';

/** Steps that a fit needs to arrive anywhere, however few its rows. */
const LEAST_STEPS = 400;

const SMALLEST_BATCH = 64;
const MAX_EPOCHS = 40;

/** The settings of the shipped model, with smaller batches and more epochs where there are few rows. */
export function fitSettingsFor(rowCount: number): FitSettings {
  const batchSize = Math.min(RISK_FIT.batchSize, Math.max(SMALLEST_BATCH, Math.round(rowCount / 40)));
  const stepsPerEpoch = Math.max(1, Math.ceil(rowCount / batchSize));
  const epochs = Math.min(MAX_EPOCHS, Math.max(RISK_FIT.epochs, Math.ceil(LEAST_STEPS / stepsPerEpoch)));
  return { ...RISK_FIT, batchSize, epochs };
}
