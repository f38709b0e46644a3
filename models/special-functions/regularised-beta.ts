import { betaTail, lbeta } from './lbeta.ts';
import { logMinusExcess, STIRLING_FROM } from './stirling.ts';

/** I_x(a, b) for x in [0, 1], a, b > 0: the chance that a Beta(a, b) variable is at most x (DLMF 8.17.2). */
export function lowerRegularisedBeta(x: number, a: number, b: number): number {
  return tailsOf(x, a, b).lower;
}

/** 1 − I_x(a, b), computed as I of the complement where it is small, so that it keeps its digits (DLMF 8.17.4). */
export function upperRegularisedBeta(x: number, a: number, b: number): number {
  return tailsOf(x, a, b).upper;
}

interface Tails {
  readonly lower: number;
  readonly upper: number;
}

/** The continued fraction converges fast up to about the mean only; beyond it the two sides change places. */
function tailsOf(x: number, a: number, b: number): Tails {
  if (!(x >= 0 && x <= 1 && a > 0 && b > 0)) return { lower: Number.NaN, upper: Number.NaN };
  if (x === 0) return { lower: 0, upper: 1 };
  if (x === 1) return { lower: 1, upper: 0 };
  const y = 1 - x;
  const density = densityTimesXY({ x, y, a, b });
  if (x < (a + 1) / (a + b + 2)) {
    const lower = density * continuedFraction({ x, y, a, b });
    return { lower, upper: 1 - lower };
  }
  const upper = density * continuedFraction({ x: y, y: x, a: b, b: a });
  return { lower: 1 - upper, upper };
}

/** Argument, complement and parameters; the complement goes along because 1 − x would lose its digits. */
interface BetaArguments {
  readonly x: number;
  readonly y: number;
  readonly a: number;
  readonly b: number;
}

/** The number of terms grows with the root of the larger parameter: enough for parameters up to about 10^9. */
const MAX_TERMS = 1_000_000;
const PRECISION = 1e-16;

/**
 * B(a, b) I_x(a, b) / (x^a y^b) as a continued fraction, evaluated from the front by the modified Lentz method.
 *
 * The even part of DLMF 8.17.22 in the form of Didonato & Morris (ACM TOMS 18, 1992, their BFRAC): its terms hold the
 * distance to the mean, a y − b x, and stay exact for large parameters.
 */
function continuedFraction({ x, y, a, b }: BetaArguments): number {
  const distance = a * y - b * x;
  let c = Number.POSITIVE_INFINITY;
  let d = (a + 1) / (a * (distance + 1));
  let fraction = d;
  for (let n = 1; n < MAX_TERMS; n += 1) {
    const width = a + 2 * n - 1;
    const numerator = ((((a + n - 1) * x) / width) * ((a + b + n - 1) * n * (b - n) * x)) / width;
    const denominator = n + (n * (b - n) * x) / width + ((a + n) / (width + 2)) * (distance + 1 + n * (1 + y));
    d = 1 / (numerator * d + denominator);
    c = denominator + numerator / c;
    fraction *= d * c;
    if (Math.abs(d * c - 1) <= PRECISION) break;
  }
  return fraction;
}

/** x^a y^b / B(a, b); for large parameters from the distance to the mean, not from large logarithms. */
function densityTimesXY({ x, y, a, b }: BetaArguments): number {
  if (Math.min(a, b) < STIRLING_FROM) {
    return Math.exp(a * Math.log(x) + b * Math.log1p(-x) - lbeta(a, b));
  }
  const distance = b * x - a * y;
  const ofA = a * logMinusExcess(distance / a, (x * (a + b)) / a);
  const ofB = b * logMinusExcess(-distance / b, (y * (a + b)) / b);
  return Math.exp(ofA + ofB - betaTail(a, b)) * Math.sqrt((a * b) / (2 * Math.PI * (a + b)));
}
