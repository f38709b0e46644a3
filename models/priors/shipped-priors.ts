import type { EffectDistribution, EffectPart } from '../../domain/index.ts';
import { sum } from '../averages.ts';
import type { BaseRatePrior } from './base-rate-prior.ts';
import type { EffectSpread } from './effect-estimates.ts';

/** What kind of metric a prior is about: events that are bad, units that are slow, or what the business counts. */
export type PriorKind = 'errors' | 'slowness' | 'business';

/** Log ratio of bad events: most changes do nothing, some a little, few do harm. */
const BAD_EVENTS: EffectDistribution = {
  measure: 'logRatio',
  parts: [
    { shape: 'normal', share: 0.75, location: 0, scale: 0.02 },
    { shape: 'student', share: 0.125, location: 0, scale: 0.1, degrees: 3 },
    { shape: 'folded', share: 0.125, location: Math.LN2, scale: 0.7 },
  ],
};

/** Beliefs of an installation that has seen no rollout; heavy-tailed, because real effects are. */
export const SHIPPED_PRIORS = {
  effects: {
    errors: BAD_EVENTS,
    slowness: BAD_EVENTS,
    /** Fitted on the ASOS Digital Experiments Dataset (Liu et al. 2021): between experiments 0.8 to 1.1 %. */
    business: {
      measure: 'relativeEffect',
      parts: [{ shape: 'student', share: 1, location: 0, scale: 0.007, degrees: 4 }],
    },
  } satisfies Record<PriorKind, EffectDistribution> as Readonly<Record<PriorKind, EffectDistribution>>,
  /** Beta(2, 498) and Beta(2, 198); conversions differ too much for a belief. */
  baseRates: {
    errors: { mu: 2 / 500, kappa: 500 },
    slowness: { mu: 2 / 200, kappa: 200 },
  } as Readonly<Partial<Record<PriorKind, BaseRatePrior>>>,
  harmfulProbability: 0.25,
  /** Variance of counts as a multiple of Poisson's, worth so many strata. */
  dispersion: { phi: 1.2, strata: 20 },
} as const;

/** Mean and standard deviation of the shipped effects, the part that means harm left out. */
export function shippedSpread(kind: PriorKind): EffectSpread {
  const parts = SHIPPED_PRIORS.effects[kind].parts.filter(({ shape }) => shape !== 'folded');
  const shares = sum(parts.map(({ share }) => share));
  const variance = sum(parts.map((part) => part.share * varianceOf(part))) / shares;
  return { mean: 0, sd: Math.sqrt(variance), rollouts: 0 };
}

function varianceOf({ shape, scale, degrees }: EffectPart): number {
  return shape === 'student' ? (scale ** 2 * degrees!) / (degrees! - 2) : scale ** 2;
}
