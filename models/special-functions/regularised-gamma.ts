import { lgamma } from './lgamma.ts';
import { logMinusExcess, STIRLING_FROM, stirlingTail } from './stirling.ts';

/** The number of terms grows with √a at worst (x close to a): enough for a up to about 10^9. */
const MAX_TERMS = 1_000_000;
const PRECISION = 1e-16;

/** Q(a, x) = Γ(a, x)/Γ(a), a > 0, x ≥ 0: the chance that a Gamma(a, 1) variable exceeds x (DLMF 8.2.4). */
export function upperRegularisedGamma(a: number, x: number): number {
  if (x <= 0) return 1;
  if (x === Number.POSITIVE_INFINITY) return 0;
  return x < a + 1 ? 1 - lowerBySeries(a, x) : upperByContinuedFraction(a, x);
}

/** P(a, x) = γ(a, x)/Γ(a) = 1 − Q(a, x), with full relative precision where it is small (DLMF 8.2.4). */
export function lowerRegularisedGamma(a: number, x: number): number {
  if (x <= 0) return 0;
  if (x === Number.POSITIVE_INFINITY) return 1;
  return x < a + 1 ? lowerBySeries(a, x) : 1 - upperByContinuedFraction(a, x);
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
  return Math.exp(a * logMinusExcess((x - a) / a, x / a) - stirlingTail(a)) * Math.sqrt(a / (2 * Math.PI));
}
