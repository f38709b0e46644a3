/** ln Σ exp(values), safe against overflow; −Infinity for an empty list. */
export function logSumExp(values: readonly number[]): number {
  const max = Math.max(...values);
  if (!Number.isFinite(max)) return max;
  return max + Math.log(values.reduce((sum, value) => sum + Math.exp(value - max), 0));
}

/** From here on Stirling's series has full double precision. */
const STIRLING_FROM = 15;

/** ln Γ(x) for x > 0 (DLMF 5.11.1, small arguments shifted up by 5.5.1). */
export function lgamma(x: number): number {
  let shifted = x;
  let product = 1;
  for (; shifted < STIRLING_FROM; shifted += 1) product *= shifted;
  const leading = (shifted - 0.5) * Math.log(shifted) - shifted + 0.5 * Math.log(2 * Math.PI);
  return leading + stirlingTail(shifted) - Math.log(product);
}

function stirlingTail(x: number): number {
  const y = 1 / (x * x);
  return (1 / 12 - y * (1 / 360 - y * (1 / 1260 - y * (1 / 1680 - y / 1188)))) / x;
}

/** The number of terms grows with √a at worst (x close to a): enough for a up to about 10^9. */
const MAX_TERMS = 1_000_000;
const PRECISION = 1e-16;

/** Q(a, x) = Γ(a, x)/Γ(a), a > 0, x ≥ 0: the chance that a Gamma(a, 1) variable exceeds x (DLMF 8.2.4). */
export function upperRegularisedGamma(a: number, x: number): number {
  if (x <= 0) return 1;
  if (x === Number.POSITIVE_INFINITY) return 0;
  return x < a + 1 ? 1 - lowerBySeries(a, x) : upperByContinuedFraction(a, x);
}

/** DLMF 8.11.4. */
function lowerBySeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < MAX_TERMS && term > sum * PRECISION; n += 1) {
    term *= x / (a + n);
    sum += term;
  }
  return sum * gammaDensityTimesX(a, x);
}

/** DLMF 8.9.2, evaluated from the front by the modified Lentz method. */
function upperByContinuedFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = Number.POSITIVE_INFINITY;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < MAX_TERMS; n += 1) {
    const an = -n * (n - a);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    fraction *= d * c;
    if (Math.abs(d * c - 1) <= PRECISION) break;
  }
  return fraction * gammaDensityTimesX(a, x);
}

/** x^a e^(−x) / Γ(a); for large a as one small difference instead of the difference of large logarithms. */
function gammaDensityTimesX(a: number, x: number): number {
  if (a < STIRLING_FROM) return Math.exp(a * Math.log(x) - x - lgamma(a));
  const mu = (x - a) / a;
  return Math.exp(-a * (mu - Math.log1p(mu)) - stirlingTail(a)) * Math.sqrt(a / (2 * Math.PI));
}
