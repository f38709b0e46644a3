import * as tf from '@tensorflow/tfjs-core';
import {
  FORECAST_QUANTILES,
  fitLinear,
  fitSpreads,
  mean,
  type Predictor,
  predictStep,
  type Standardisation,
} from '../../models/index.ts';
import { type FitSettings, fitNetwork, RISK_FIT } from '../fit/fit-network.ts';
import { pinball } from '../fit/losses.ts';
import { startBackend } from '../fit/start-backend.ts';
import type { ForecastExample } from './forecast-examples.ts';

/** A challenger, and the baselines that it has to beat; all fitted on the same examples. */
export interface FittedForecasters {
  readonly network: Predictor;
  readonly linear: Predictor;
  readonly level: Predictor;
  /** Residuals of the robust seasonal baseline, which no rollout remembers enough for to serve it. */
  readonly seasonalSpreads: ReturnType<typeof fitSpreads>;
  readonly backend: string;
  readonly epochLosses: readonly number[];
}

/** Settings of the network: small, and many epochs on few examples. */
export const FORECAST_FIT: FitSettings = { ...RISK_FIT, batchSize: 256, epochs: 20 };

/** Widths of its hidden layers. */
const HIDDEN: readonly number[] = [24, 12];

/** Fits the network of quantiles and the baselines; the same examples and seed give the same predictors on the same backend. */
export async function fitForecasters(
  examples: readonly ForecastExample[],
  { seed, settings = FORECAST_FIT }: { readonly seed: number; readonly settings?: FitSettings | undefined },
): Promise<FittedForecasters> {
  const backend = await startBackend();
  const standardisation = standardisationOf(examples);
  const { network, epochLosses } = fitNetwork({
    shape: {
      inputs: standardisation.mean.length,
      hidden: HIDDEN,
      heads: { quantiles: { kind: 'linear', outputs: FORECAST_QUANTILES.length } },
    },
    settings,
    seed,
    rowCount: examples.length,
    batch: (order) => {
      const rows = Array.from(order, (row) => examples[row]!);
      const inputs = tf.tensor2d(rows.map(({ inputs: raw }) => standardised(standardisation, raw)));
      const targets = tf.tensor2d(rows.map(({ target }) => [target]));
      return { inputs, loss: ({ quantiles }) => pinball(quantiles!, targets, FORECAST_QUANTILES) };
    },
  });
  const coefficients = fitLinear(
    examples.map(({ inputs }) => inputs),
    examples.map(({ target }) => target),
  );
  return {
    network: { kind: 'network', standardisation, network },
    linear: withSpreads({ kind: 'linear', coefficients, spreads: NO_SPREADS }, examples),
    level: withSpreads({ kind: 'level', spreads: NO_SPREADS }, examples),
    seasonalSpreads: fitSpreads(
      examples.map(({ ahead, target, seasonal }) => ({ ahead, residual: target - seasonal })),
    ),
    backend: backend.name,
    epochLosses,
  };
}

const NO_SPREADS = [{ untilAhead: 0, lower: 0, upper: 0 }];

function withSpreads(
  predictor: Exclude<Predictor, { kind: 'network' }>,
  examples: readonly ForecastExample[],
): Predictor {
  const residuals = examples.map(({ ahead, inputs, target }) => ({
    ahead,
    residual: target - predictStep(predictor, inputs, ahead).median,
  }));
  return { ...predictor, spreads: fitSpreads(residuals) };
}

/** An input that never differs keeps its own unit. */
function standardisationOf(examples: readonly ForecastExample[]): Standardisation {
  const columns = examples[0]!.inputs.map((_, index) => examples.map(({ inputs }) => inputs[index]!));
  const centres = columns.map(mean);
  const deviations = columns.map((column, index) =>
    Math.sqrt(mean(column.map((value) => (value - centres[index]!) ** 2))),
  );
  return { mean: centres, sd: deviations.map((deviation) => (deviation < 1e-6 ? 1 : deviation)) };
}

function standardised({ mean: centres, sd }: Standardisation, inputs: readonly number[]): number[] {
  return inputs.map((value, index) => (value - centres[index]!) / sd[index]!);
}
