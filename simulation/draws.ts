import { lgamma } from '../models/index.ts';

/** Random numbers of one run, all from its seed. */
export interface Draws {
  /** Uniform in (0, 1). */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Gamma with the given shape > 0 and scale 1. */
  gamma(shape: number): number;
  /** Poisson with the given mean ≥ 0. */
  poisson(mean: number): number;
  /** Binomial of n trials. */
  binomial(n: number, p: number): number;
}

/**
 * Stream `stream` of the random numbers of a seed: the same for the same two integers, unrelated for others.
 *
 * sfc32 (C. Doty-Humphrey, PractRand, public domain): 128 bits of state, so streams do not overlap in practice.
 */
export function seededDraws(seed: number, stream: number): Draws {
  let [a, b, c, counter] = [scrambled(seed), scrambled(stream ^ 0x5bf03635), scrambled(seed + 0x9e3779b9 * stream), 1];
  const word = () => {
    const next = (((a + b) >>> 0) + counter) >>> 0;
    counter = (counter + 1) >>> 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) >>> 0;
    c = (((c << 21) | (c >>> 11)) + next) >>> 0;
    return next;
  };
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) word();
  const uniform = () => (word() + 0.5) / 2 ** 32;
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return {
    uniform,
    normal,
    gamma: (shape) => gamma(shape, { uniform, normal }),
    poisson: (mean) => poisson(mean, uniform),
    binomial: (n, p) => (p > 0.5 ? n - binomial(n, 1 - p, uniform) : binomial(n, p, uniform)),
  };
}

const WARM_UP_ROUNDS = 16;

/** Above this mean a count is drawn by rejection, below by searching its distribution. */
const SEARCHED_UP_TO = 10;

/** The finaliser of MurmurHash3 (A. Appleby, public domain). */
function scrambled(value: number): number {
  let word = value >>> 0;
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return (word ^ (word >>> 16)) >>> 0;
}

/** Marsaglia & Tsang 2000, "A simple method for generating gamma variables"; small shapes by their section 6. */
function gamma(shape: number, draws: Pick<Draws, 'uniform' | 'normal'>): number {
  if (shape < 1) return gamma(shape + 1, draws) * draws.uniform() ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const x = draws.normal();
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(draws.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

function poisson(mean: number, uniform: () => number): number {
  if (mean >= SEARCHED_UP_TO) return largePoisson(mean, uniform);
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = uniform(); product > limit; product *= uniform()) count += 1;
  return count;
}

/** Transformed rejection (Hörmann 1993, "The transformed rejection method for generating Poisson random variables"). */
function largePoisson(mean: number, uniform: () => number): number {
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const vr = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = uniform() - 0.5;
    const v = uniform();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= vr) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    const logAccept = Math.log((v * (1.1239 + 1.1328 / (b - 3.4))) / (a / (us * us) + b));
    if (logAccept <= k * Math.log(mean) - mean - lgamma(k + 1)) return k;
  }
}

function binomial(n: number, p: number, uniform: () => number): number {
  if (n === 0 || p <= 0) return 0;
  if (n * p >= SEARCHED_UP_TO) return largeBinomial(n, p, uniform);
  const odds = p / (1 - p);
  let [count, mass, left] = [0, (1 - p) ** n, uniform()];
  while (left > mass && count < n) {
    left -= mass;
    count += 1;
    mass *= ((n - count + 1) / count) * odds;
  }
  return count;
}

/** BTRS (Hörmann 1993, "The generation of binomial random variates"), for p ≤ ½. */
function largeBinomial(n: number, p: number, uniform: () => number): number {
  const spread = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * spread;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const centre = n * p + 0.5;
  const vr = 0.92 - 4.2 / b;
  const alpha = (2.83 + 5.1 / b) * spread;
  const logOdds = Math.log(p / (1 - p));
  const mode = Math.floor((n + 1) * p);
  const atMode = lgamma(mode + 1) + lgamma(n - mode + 1);
  for (;;) {
    const u = uniform() - 0.5;
    const v = uniform();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + centre);
    if (k < 0 || k > n) continue;
    if (us >= 0.07 && v <= vr) return k;
    const logAccept = Math.log((v * alpha) / (a / (us * us) + b));
    if (logAccept <= atMode - lgamma(k + 1) - lgamma(n - k + 1) + (k - mode) * logOdds) return k;
  }
}
