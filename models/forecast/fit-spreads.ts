import { quantile } from '../averages.ts';
import { FORECAST_QUANTILES, type Spread } from './forecast-artefact.ts';
import { FORECAST_STEPS } from './forecast-basis.ts';

/** A residual, and how far ahead the step was. */
export interface AheadResidual {
  readonly ahead: number;
  readonly residual: number;
}

/** Steps ahead up to which residuals are taken together: the further, the wider. */
const UNTIL_AHEAD = [5, 15, 30, FORECAST_STEPS];

/** Fewer residuals than this tell no quantile of 5 %. */
const MIN_RESIDUALS = 40;

/** Quantiles of residuals by how far ahead they are; where there are too few, those of all. */
export function fitSpreads(residuals: readonly AheadResidual[]): readonly Spread[] {
  const all = residuals.map(({ residual }) => residual);
  return UNTIL_AHEAD.map((untilAhead, index) => {
    const from = UNTIL_AHEAD[index - 1] ?? 0;
    const own = residuals.filter(({ ahead }) => ahead > from && ahead <= untilAhead).map(({ residual }) => residual);
    const [lower, , upper] = FORECAST_QUANTILES.map((p) => quantile(own.length < MIN_RESIDUALS ? all : own, p));
    return { untilAhead, lower: lower!, upper: upper! };
  });
}
