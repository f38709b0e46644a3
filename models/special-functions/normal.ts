const LOG_ROOT_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/** Φ(z), the chance that a standard normal variable is at most z (DLMF 7.2.2), with full relative precision below 0. */
export function normalCdf(z: number): number {
  if (z > 0) return 1 - normalCdf(-z);
  return Math.exp(logNormalCdf(z));
}

/** ln Φ(z), also where Φ(z) itself is too small for a number. */
export function logNormalCdf(z: number): number {
  if (z > 0) return Math.log1p(-normalCdf(-z));
  return logScaledNormalCdf(z) - 0.5 * z * z;
}

/** z²/2 + ln Φ(z): what is left of the far lower tail once its exponential is taken off. */
export function logScaledNormalCdf(z: number): number {
  if (z > 0) return 0.5 * z * z + logNormalCdf(z);
  return Math.log(millsRatio(-z)) - LOG_ROOT_TWO_PI;
}

/** Beyond this the continued fraction needs fewer terms than the series. */
const FRACTION_FROM = 3;

/** (1 − Φ(x))/φ(x) for x ≥ 0, by series near 0 and by Laplace's continued fraction beyond (DLMF 7.6.2, 7.9.1). */
function millsRatio(x: number): number {
  if (x < FRACTION_FROM) return Math.exp(0.5 * x * x + LOG_ROOT_TWO_PI) / 2 - centralRatio(x);
  let ratio = x;
  for (let k = FRACTION_TERMS; k >= 1; k -= 1) ratio = x + k / ratio;
  return 1 / ratio;
}

/** Enough for full precision at `FRACTION_FROM`, where convergence is slowest. */
const FRACTION_TERMS = 100;

const SERIES_TERMS = 60;

/** (Φ(x) − ½)/φ(x) = Σ x^(2n+1)/(2n+1)!! for |x| ≤ `FRACTION_FROM`. */
function centralRatio(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < SERIES_TERMS; n += 1) {
    term *= (x * x) / (2 * n + 1);
    sum += term;
  }
  return sum;
}

const HALLEY_STEPS = 2;

/** Φ⁻¹(p) for p in [0, 1]: −Infinity at 0, Infinity at 1, NaN outside. */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p > 0.5) return 0 - normalQuantile(1 - p);
  if (p === 0) return Number.NEGATIVE_INFINITY;
  let z = rationalStart(p);
  for (let step = 0; step < HALLEY_STEPS; step += 1) z = halleyStep(z, p);
  return z;
}

/** Absolute error below 4.5e-4 (Abramowitz & Stegun 26.2.23). */
function rationalStart(p: number): number {
  const t = Math.sqrt(-2 * Math.log(p));
  return (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
}

/** Above this the error is measured from the centre, where p − ½ has more digits than Φ(z) − p. */
const CENTRE_FROM = -1;

/** One step of Halley's method on Φ(z) = p, whose second derivative is −z φ(z). */
function halleyStep(z: number, p: number): number {
  const overDensity = (logArea: number) => Math.exp(logArea + 0.5 * z * z + LOG_ROOT_TWO_PI);
  const error =
    z > CENTRE_FROM ? centralRatio(z) + (0.5 - p) * overDensity(0) : millsRatio(-z) - overDensity(Math.log(p));
  return z - error / (1 + 0.5 * z * error);
}
