import type { Network } from '../network/network.ts';
import type { Standardisation } from '../network/standardise.ts';
import type { ModelOrigin } from '../risk/risk-artefact.ts';
import type { WatchModel } from './series-watch.ts';

/** Residuals of so many steps ahead and fewer, as quantiles. */
export interface Spread {
  readonly untilAhead: number;
  readonly lower: number;
  readonly upper: number;
}

/** What says where a step should lie, on the scale of its history. */
export type Predictor =
  /** Where the history was. */
  | { readonly kind: 'level'; readonly spreads: readonly Spread[] }
  /** A linear regression on the inputs; the first coefficient is the constant. */
  | { readonly kind: 'linear'; readonly coefficients: readonly number[]; readonly spreads: readonly Spread[] }
  /** Head `quantiles`: 5, 50 and 95 %. */
  | { readonly kind: 'network'; readonly standardisation: Standardisation; readonly network: Network };

/** A forecaster of rates as it is stored and served: what control would show next if nothing happened. */
export interface ForecastArtefact {
  readonly kind: 'forecast';
  readonly version: string;
  readonly predictor: Predictor;
  /** Of residuals that are too high; frozen before any watch starts. */
  readonly watch: WatchModel;
  readonly origin: ModelOrigin;
}

/** The quantiles that are forecast. */
export const FORECAST_QUANTILES = [0.05, 0.5, 0.95] as const;

/** Share of undisturbed rollouts that a watch may call disturbed. */
export const FORECAST_ALPHA = 0.02;
