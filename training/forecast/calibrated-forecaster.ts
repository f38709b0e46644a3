import { FORECAST_ALPHA, type ForecastArtefact, fitWatch, type Predictor } from '../../models/index.ts';

/** A p-value needs no finer scale than this. */
const MAX_CALIBRATION = 999;

/** The artefact of a predictor, with a watch that is calibrated on runs of its residuals (`watchRuns`). */
export function calibratedForecaster(
  version: string,
  predictor: Predictor,
  {
    calibration,
    origin,
  }: { readonly calibration: readonly (readonly number[])[]; readonly origin: ForecastArtefact['origin'] },
): ForecastArtefact {
  const watch = fitWatch(calibration, FORECAST_ALPHA);
  const residuals = watch.calibration.length === 0 ? [0] : thinned(watch.calibration);
  return { kind: 'forecast', version, predictor, watch: { ...watch, calibration: residuals }, origin };
}

/** Evenly spaced ones, the largest among them. */
function thinned(ascending: readonly number[]): readonly number[] {
  if (ascending.length <= MAX_CALIBRATION) return ascending;
  const stride = ascending.length / MAX_CALIBRATION;
  return Array.from({ length: MAX_CALIBRATION }, (_, index) => ascending[Math.ceil((index + 1) * stride) - 1]!);
}
