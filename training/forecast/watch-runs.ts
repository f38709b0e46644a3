import {
  FORECAST_STEPS,
  forecastBasis,
  forecastInputs,
  forecastResidual,
  HISTORY_STEPS,
  type Predictor,
  predictStep,
  robustScore,
} from '../../models/index.ts';
import type { ForecastSeries } from './forecast-examples.ts';

/** What a watch would have seen of each series after its first hour, had that been all that was known; of too short series nothing. */
export function watchRuns(predictor: Predictor, series: readonly ForecastSeries[]): readonly (readonly number[])[] {
  return series.flatMap(({ period, firstPhase, values }) => {
    const basis = forecastBasis(values.slice(0, HISTORY_STEPS));
    const watched = values.slice(HISTORY_STEPS, HISTORY_STEPS + FORECAST_STEPS);
    if (basis === undefined || watched.length < FORECAST_STEPS) return [];
    const residuals = watched.flatMap((value, index) => {
      if (value === null) return [];
      const ahead = index + 1;
      const phase = (firstPhase + HISTORY_STEPS + index) % period;
      const inputs = forecastInputs(basis, { ahead, period, phase });
      return [forecastResidual(predictStep(predictor, inputs, ahead), robustScore(basis, value))];
    });
    return [residuals];
  });
}
