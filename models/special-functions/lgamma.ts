import { STIRLING_FROM, stirlingTail } from './stirling.ts';

/** Between these bounds a series around 2 keeps the digits that a difference would lose: ln Γ vanishes at 1 and 2. */
const SERIES_FROM = 1.5;
const SERIES_TO = 2.5;

/** ln Γ(x) for x ≥ 0, Infinity at 0; NaN below (DLMF 5.11.1, small arguments shifted up by 5.5.1). */
export function lgamma(x: number): number {
  if (Number.isNaN(x) || x < 0) return Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  if (x < SERIES_FROM - 1) return aroundTwo(x) - Math.log1p(x) - Math.log(x);
  if (x < SERIES_FROM) return aroundTwo(x - 1) - Math.log1p(x - 1);
  return x <= SERIES_TO ? aroundTwo(x - 2) : byStirling(x);
}

function byStirling(x: number): number {
  let shifted = x;
  let product = 1;
  for (; shifted < STIRLING_FROM; shifted += 1) product *= shifted;
  const leading = (shifted - 0.5) * Math.log(shifted) - shifted + 0.5 * Math.log(2 * Math.PI);
  return leading + stirlingTail(shifted) - Math.log(product);
}

/** Terms of ζ that are added up one by one. */
const ZETA_HEAD = 60;

const EULER_GAMMA = 0.5772156649015329;

/** Terms of the series; at |z| ≤ ½ they fall fourfold each. */
const TERMS = 27;

/** (−1)^k (ζ(k) − 1)/k for k = 2, 3, … */
const COEFFICIENTS = Array.from({ length: TERMS }, (_, i) => ((-1) ** i * zetaMinusOne(i + 2)) / (i + 2));

/** ln Γ(2 + z) = (1 − γ) z + Σ (−1)^k (ζ(k) − 1) z^k / k for |z| ≤ ½ (DLMF 5.7.3). */
function aroundTwo(z: number): number {
  return z * (1 - EULER_GAMMA + z * COEFFICIENTS.reduceRight((sum, coefficient) => coefficient + z * sum, 0));
}

/** ζ(k) − 1 by the Euler-Maclaurin formula after the first terms (DLMF 25.2.9). */
function zetaMinusOne(k: number): number {
  const n = ZETA_HEAD;
  const corrections =
    n ** (1 - k) / (k - 1) -
    n ** -k / 2 +
    (k * n ** (-k - 1)) / 12 -
    (k * (k + 1) * (k + 2) * n ** (-k - 3)) / 720 +
    (k * (k + 1) * (k + 2) * (k + 3) * (k + 4) * n ** (-k - 5)) / 30_240;
  let sum = corrections;
  for (let m = n; m >= 2; m -= 1) sum += m ** -k;
  return sum;
}
