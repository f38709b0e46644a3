import { quickNormalQuantile } from './quick-normal-quantile.ts';

/** Above this mean a count is a rounded normal with a correction for skewness, below it is exact. */
const EXACT_UP_TO = 50;

/** The u-quantile of a Poisson count; grows with the mean at fixed u (by at most one count the other way at a mean of 50). */
export function poissonQuantile(u: number, mean: number): number {
  if (mean <= 0) return 0;
  if (mean > EXACT_UP_TO) return corrected(u, { mean, variance: mean, skewness: 1 / Math.sqrt(mean) });
  return searched(u, Math.exp(-mean), (count) => mean / (count + 1));
}

/** The u-quantile of the number of successes in n trials. */
export function binomialQuantile(u: number, n: number, p: number): number {
  if (n === 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - binomialQuantile(1 - u, n, 1 - p);
  const mean = n * p;
  const variance = mean * (1 - p);
  if (mean > EXACT_UP_TO) {
    return Math.min(n, corrected(u, { mean, variance, skewness: (1 - 2 * p) / Math.sqrt(variance) }));
  }
  const odds = p / (1 - p);
  return Math.min(
    n,
    searched(u, (1 - p) ** n, (count) => ((n - count) / (count + 1)) * odds),
  );
}

/**
 * The u-quantile of the number of events among n when users bring several requests each, with the given design effect
 * D ≥ 1: a binomial probability times gamma noise of mean 1 and variance (D − 1)(1 − p)/(np), as a negative binomial
 * count of the same mean and variance (a Poisson count with a gamma mean), at most n.
 */
export function dispersedQuantile(u: number, n: number, { p, designEffect }: Dispersed): number {
  const factor = designEffect * (1 - p);
  if (factor <= 1 || n === 0 || p <= 0) return binomialQuantile(u, n, p);
  const mean = n * p;
  if (mean > EXACT_UP_TO) {
    const variance = mean * factor;
    return Math.min(n, corrected(u, { mean, variance, skewness: (2 * factor - 1) / Math.sqrt(variance) }));
  }
  const size = mean / (factor - 1);
  const none = Math.exp(-size * Math.log(factor));
  return Math.min(
    n,
    searched(u, none, (count) => ((size + count) / (count + 1)) * (1 - 1 / factor)),
  );
}

/** An event's probability, and how much more its counts vary than independent ones. */
export interface Dispersed {
  readonly p: number;
  readonly designEffect: number;
}

/** No count that matters is larger: stops a search that rounding keeps below u. */
const LARGEST_SEARCHED = 1_000;

/** The least count whose distribution function reaches u, given P(0) and P(k + 1)/P(k). */
function searched(u: number, none: number, ratio: (count: number) => number): number {
  let [count, mass, reached] = [0, none, none];
  while (reached < u && count < LARGEST_SEARCHED) {
    mass *= ratio(count);
    count += 1;
    reached += mass;
  }
  return count;
}

/** First terms of the Cornish–Fisher expansion (Abramowitz & Stegun 26.2.49), rounded. */
function corrected(
  u: number,
  { mean, variance, skewness }: { readonly mean: number; readonly variance: number; readonly skewness: number },
): number {
  const z = quickNormalQuantile(u);
  return Math.max(0, Math.round(mean + Math.sqrt(variance) * (z + (skewness / 6) * (z * z - 1))));
}
