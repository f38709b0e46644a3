import type { EffectDistribution, EffectPart } from '../../domain/index.ts';
import { sum } from '../averages.ts';
import { lgamma, normalCdf, upperRegularisedBeta } from '../special-functions.ts';

/** Density at an effect. */
export function effectDensity({ parts }: EffectDistribution, effect: number): number {
  return sum(parts.map((part) => part.share * densityOf(part, effect)));
}

/** Chance of an effect of at most this. */
export function effectCdf({ parts }: EffectDistribution, effect: number): number {
  return sum(parts.map((part) => part.share * cdfOf(part, effect)));
}

function densityOf(part: EffectPart, x: number): number {
  const { location, scale } = part;
  switch (part.shape) {
    case 'normal':
      return normalDensity((x - location) / scale) / scale;
    case 'student':
      return studentDensity((x - location) / scale, part.degrees!) / scale;
    case 'folded':
      return x < 0 ? 0 : (normalDensity((x - location) / scale) + normalDensity((x + location) / scale)) / scale;
  }
}

function cdfOf(part: EffectPart, x: number): number {
  const { location, scale } = part;
  switch (part.shape) {
    case 'normal':
      return normalCdf((x - location) / scale);
    case 'student':
      return studentCdf((x - location) / scale, part.degrees!);
    case 'folded':
      return x < 0 ? 0 : normalCdf((x - location) / scale) - normalCdf((-x - location) / scale);
  }
}

function normalDensity(z: number): number {
  return Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
}

function studentDensity(t: number, nu: number): number {
  const logFactor = lgamma((nu + 1) / 2) - lgamma(nu / 2) - 0.5 * Math.log(nu * Math.PI);
  return Math.exp(logFactor - ((nu + 1) / 2) * Math.log1p((t * t) / nu));
}

/** P(T > t) = ½ I_{ν/(ν+t²)}(ν/2, ½) for t ≥ 0 (DLMF 8.17), taken from the side that keeps its digits. */
function studentCdf(t: number, nu: number): number {
  const tail = 0.5 * upperRegularisedBeta((t * t) / (nu + t * t), 0.5, nu / 2);
  return t > 0 ? 1 - tail : tail;
}
