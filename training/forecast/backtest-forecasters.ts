import {
  clusterBootstrap,
  clustersBy,
  FORECAST_QUANTILES,
  mean,
  type Predictor,
  predictStep,
  type Spread,
  type StepForecast,
} from '../../models/index.ts';
import type { SeededStream } from '../fit/seeded-stream.ts';
import type { FittedForecasters } from './fit-forecasters.ts';
import type { ForecastExample } from './forecast-examples.ts';

/** Baselines by name: where the history was, a linear regression, and the same phase of earlier seasons. */
export type ForecastBaseline = 'level' | 'linear' | 'seasonal';

/** How forecasters did on rollouts that nothing was fitted on: mean pinball loss, on the scale of each history. */
export interface ForecastBacktest {
  readonly rollouts: number;
  readonly examples: number;
  readonly losses: Readonly<Record<'network' | ForecastBaseline, number>>;
  readonly bestBaseline: ForecastBaseline;
  /** Loss of the best baseline less that of the network, with its 95 % interval: whole rollouts are drawn. */
  readonly gain: { readonly value: number; readonly lower: number; readonly upper: number };
  /** Share of steps above the network's 95 % quantile. */
  readonly aboveUpper: number;
}

const REPLICATES = 1_000;

const BASELINES: readonly ForecastBaseline[] = ['level', 'linear', 'seasonal'];

/** Judges all forecasters on the same examples; the best baseline is the one with the least loss on them, which favours it. */
export function backtestForecasters(
  { network, linear, level, seasonalSpreads }: FittedForecasters,
  heldOut: readonly ForecastExample[],
  uniform: SeededStream['uniform'],
): ForecastBacktest {
  const judged = heldOut.map((example) => {
    const by = (predictor: Predictor) => predictStep(predictor, example.inputs, example.ahead);
    const forecast = by(network);
    return {
      rollout: example.rollout,
      isAbove: example.target > forecast.upper,
      losses: {
        network: pinballOf(forecast, example.target),
        linear: pinballOf(by(linear), example.target),
        level: pinballOf(by(level), example.target),
        seasonal: pinballOf(seasonalForecast(example, seasonalSpreads), example.target),
      },
    };
  });
  const lossOf = (name: 'network' | ForecastBaseline) => mean(judged.map(({ losses }) => losses[name]));
  const losses = {
    network: lossOf('network'),
    level: lossOf('level'),
    linear: lossOf('linear'),
    seasonal: lossOf('seasonal'),
  };
  const bestBaseline = BASELINES.reduce((best, name) => (losses[name] < losses[best] ? name : best));
  const clusters = clustersBy(judged, ({ rollout }) => rollout).map((runs) =>
    runs.map((run) => run.losses[bestBaseline] - run.losses.network),
  );
  const { lower, upper } = clusterBootstrap(clusters, mean, { replicates: REPLICATES, level: 0.95, uniform });
  return {
    rollouts: clusters.length,
    examples: judged.length,
    losses,
    bestBaseline,
    gain: { value: losses[bestBaseline] - losses.network, lower, upper },
    aboveUpper: mean(judged.map(({ isAbove }) => (isAbove ? 1 : 0))),
  };
}

/** Mean pinball loss over the quantiles that are forecast. */
export function pinballOf({ lower, median, upper }: StepForecast, target: number): number {
  const quantiles = [lower, median, upper];
  return mean(
    FORECAST_QUANTILES.map((p, index) =>
      Math.max(p * (target - quantiles[index]!), (p - 1) * (target - quantiles[index]!)),
    ),
  );
}

function seasonalForecast({ ahead, seasonal }: ForecastExample, spreads: readonly Spread[]): StepForecast {
  const { lower, upper } = spreads.find(({ untilAhead }) => ahead <= untilAhead) ?? spreads.at(-1)!;
  return { lower: seasonal + lower, median: seasonal, upper: seasonal + upper };
}
