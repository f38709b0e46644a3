import { runOneHead } from '../network/run-network.ts';
import { standardise } from '../network/standardise.ts';
import type { Predictor } from './forecast-artefact.ts';

/** Where a step should lie, on the scale of its history. */
export interface StepForecast {
  readonly lower: number;
  readonly median: number;
  readonly upper: number;
}

/** The forecast of a step from its inputs (`forecastInputs`); quantiles that cross are put in order. */
export function predictStep(predictor: Predictor, inputs: readonly number[], ahead: number): StepForecast {
  if (predictor.kind === 'network') {
    const { network, standardisation } = predictor;
    const masks = inputs.map(() => -1);
    const [lower, median, upper] = Array.from(
      runOneHead(network, 'quantiles', standardise(standardisation, masks, inputs)),
    ).sort((a, b) => a - b);
    return { lower: lower!, median: median!, upper: upper! };
  }
  const median = predictor.kind === 'level' ? 0 : linear(predictor.coefficients, inputs);
  const { spreads } = predictor;
  const { lower, upper } = spreads.find(({ untilAhead }) => ahead <= untilAhead) ?? spreads.at(-1)!;
  return { lower: median + lower, median, upper: median + upper };
}

/** Standard deviations of a normal distribution from its median to its 95 % quantile. */
const TO_UPPER = 1.6449;

/** An upper quantile closer than this to the median promises more than any history can. */
const LEAST_UPPER = 0.1;

/** How far above its forecast a step is: 1.64 at the upper quantile. */
export function forecastResidual({ median, upper }: StepForecast, value: number): number {
  return ((value - median) * TO_UPPER) / Math.max(LEAST_UPPER, upper - median);
}

function linear([constant, ...coefficients]: readonly number[], inputs: readonly number[]): number {
  return coefficients.reduce((sum, coefficient, index) => sum + coefficient * inputs[index]!, constant!);
}
