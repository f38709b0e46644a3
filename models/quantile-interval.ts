import { durationBinUpperMs } from '../domain/index.ts';
import { type FlatSketch, quantileBins, unitsInSketch } from './flat-sketch.ts';
import { mixturePrecision } from './normal-mixture.ts';
import { lbeta } from './special-functions.ts';

/** Which quantile, from how many units, how surely. */
export interface QuantileQuestion {
  /** The quantile, in (0, 1). */
  readonly p: number;
  /** Units, an integer > 0. */
  readonly n: number;
  /** The number of units at which the interval is to be sharpest, n*; fixed before the first unit. */
  readonly sharpestAt: number;
  readonly alpha: number;
}

/** Two order statistics, counted from 1; below 1 or above n there is no limit on that side. */
export interface OrderInterval {
  readonly lower: number;
  readonly upper: number;
}

/**
 * Order statistics between which the quantile lies after every unit at once: ⌊np − u_lo⌋ + 1 to ⌈np + u_hi⌉.
 *
 * Howard & Ramdas, Bernoulli 2022 (arXiv 1906.09712), with the beta-binomial mixture of Howard et al. 2021 as bound.
 */
export function quantileOrders(question: QuantileQuestion): OrderInterval {
  const { p, n } = question;
  const below = deviationBound(question, -1, n * p);
  const above = deviationBound(question, 1, n * (1 - p));
  return { lower: Math.floor(n * p - below) + 1, upper: Math.ceil(n * p + above) };
}

/** Halvings: enough to tell neighbouring orders apart among 2⁴⁸ units. */
const BISECTIONS = 48;

/** The deviation in one direction at which the mixture reaches 1/α; more than `most` can be where it never does. */
export function deviationBound(question: QuantileQuestion, direction: 1 | -1, most: number): number {
  const isReached = (u: number) => logBetaBinomialMixture(question, direction * u) >= Math.log(1 / question.alpha);
  if (!isReached(most)) return most + 1;
  let [low, high] = [0, most];
  for (let step = 0; step < BISECTIONS; step += 1) {
    const middle = (low + high) / 2;
    if (isReached(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** The least precision of the mixture, as a share of p(1 − p). */
const LEAST_PRECISION = 1e-3;

/** log M of a sum s of n terms that are 1 − p with chance p, else −p (Howard et al. 2021, Proposition 7). */
export function logBetaBinomialMixture({ p, n, sharpestAt, alpha }: QuantileQuestion, s: number): number {
  const [g, h] = [p, 1 - p];
  const gh = g * h;
  const v = gh * n;
  const r = Math.max(mixturePrecision(gh * sharpestAt, alpha) - gh, LEAST_PRECISION * gh);
  // g + h = 1, so the factors (g + h) of the formula are left out.
  return (
    lbeta((r + v - g * s) / g, (r + v + h * s) / h) -
    lbeta(r / g, r / h) -
    ((v + h * s) / h) * Math.log(g) -
    ((v - g * s) / g) * Math.log(h)
  );
}

/** An interval of a duration in ms; `upperMs` is null where the data set no limit. */
export interface DurationInterval {
  readonly lowerMs: number;
  readonly upperMs: number | null;
}

/** Durations are shown from a few hundred units on. */
const SHARPEST_AT_UNITS = 1000;

/**
 * Always-valid interval of a quantile of durations, for people; verdicts come from counts.
 *
 * Ends are edges of bins, so the interval is never too narrow. A faded sketch counts its bins rounded down; being about
 * the recent past only, its interval holds at each time but not at all times at once. Undefined for an empty sketch.
 */
export function quantileInterval(sketch: FlatSketch, p: number, alpha: number): DurationInterval | undefined {
  const counts = { bins: sketch.bins, units: sketch.units.map(Math.floor) };
  const n = unitsInSketch(counts);
  if (n === 0) return undefined;
  const { lower, upper } = quantileOrders({ p, n, sharpestAt: SHARPEST_AT_UNITS, alpha });
  const [low, high] = quantileBins(counts, [(lower - 0.5) / n, (upper - 0.5) / n])!;
  return {
    lowerMs: lower < 1 ? 0 : durationBinUpperMs(low! - 1),
    upperMs: upper > n ? null : durationBinUpperMs(high!),
  };
}
