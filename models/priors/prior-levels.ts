import type { EffectDistribution } from '../../domain/index.ts';
import { type BaseRatePrior, fitBaseRate, type RateOfRollout } from './base-rate-prior.ts';
import type { EffectEstimate, EffectSpread } from './effect-estimates.ts';
import { type Pessimism, pessimismOf } from './pessimism.ts';
import { type PriorKind, SHIPPED_PRIORS, shippedSpread } from './shipped-priors.ts';
import { tenantSpread } from './tenant-spread.ts';

/** What many tenants' rollouts together say; kinds about which the pool is silent are left out. */
export interface GlobalLevel {
  readonly effects: Readonly<Partial<Record<PriorKind, EffectSpread>>>;
  readonly baseRates: Readonly<Partial<Record<PriorKind, BaseRatePrior>>>;
}

/** What the rollouts of one tenant that had ended say. */
export interface TenantLevel {
  /** All of them, whether or not they measured this kind. */
  readonly rollouts: number;
  readonly effects: Readonly<Partial<Record<PriorKind, readonly EffectEstimate[]>>>;
  readonly controlRates: Readonly<Partial<Record<PriorKind, readonly RateOfRollout[]>>>;
}

/** The levels of belief, from what is shipped to what is the tenant's own; all fitted before a rollout starts. */
export interface PriorLevels {
  readonly global?: GlobalLevel;
  readonly tenant: TenantLevel;
}

/** What a rollout records at its start about one kind of metric, and keeps until its end. */
export interface RolloutPrior {
  readonly kind: PriorKind;
  /** The lowest level that had something to say about effects. */
  readonly level: 'shipped' | 'global' | 'tenant';
  readonly effect: EffectDistribution;
  /** Absent where nothing is believed about the rate of this kind. */
  readonly baseRate?: BaseRatePrior;
  readonly harmfulProbability: number;
  /** Largest factor of one step of coverage. */
  readonly largestStepFactor: number;
}

/** The prior of one kind of metric for a rollout that starts now. */
export function priorFor(levels: PriorLevels, kind: PriorKind): RolloutPrior {
  const pessimism = pessimismOf(levels.tenant.rollouts);
  const own = levels.tenant.effects[kind] ?? [];
  const global = levels.global?.effects[kind];
  const level = own.length > 0 ? 'tenant' : global === undefined ? 'shipped' : 'global';
  const spread = level === 'shipped' ? undefined : tenantSpread(global ?? shippedSpread(kind), own);
  const baseRate = baseRateFor(levels, kind);
  return {
    kind,
    level,
    effect: effectFor(kind, spread, pessimism),
    ...(baseRate && { baseRate }),
    harmfulProbability: Math.min(1, SHIPPED_PRIORS.harmfulProbability * pessimism.harmFactor),
    largestStepFactor: pessimism.largestStepFactor,
  };
}

const TAIL_DEGREES = 4;

/**
 * Effects of this spread, heavy-tailed: Student with 4 degrees, whose standard deviation is √2 times its scale.
 *
 * The part that means harm keeps its shipped form: rollouts that were taken back early say too little about its size.
 */
function effectFor(kind: PriorKind, spread: EffectSpread | undefined, pessimism: Pessimism): EffectDistribution {
  const { measure, parts } = SHIPPED_PRIORS.effects[kind];
  const harm = parts.filter(({ shape }) => shape === 'folded');
  const harmShare = harm.reduce((total, { share }) => total + share, 0);
  const ordinary =
    spread === undefined
      ? parts.filter((part) => !harm.includes(part))
      : [
          {
            shape: 'student' as const,
            share: 1 - harmShare,
            location: spread.mean,
            scale: spread.sd / Math.SQRT2,
            degrees: TAIL_DEGREES,
          },
        ];
  const { sdFactor, harmFactor } = pessimism;
  const left = (1 - harmShare * harmFactor) / (1 - harmShare);
  return {
    measure,
    parts: [
      ...ordinary.map((part) => ({ ...part, share: part.share * left, scale: part.scale * sdFactor })),
      ...harm.map((part) => ({ ...part, share: part.share * harmFactor, scale: part.scale * sdFactor })),
    ],
  };
}

/** A rate is its service's own: two rollouts of the tenant already say more than everybody else's. */
function baseRateFor({ global, tenant }: PriorLevels, kind: PriorKind): BaseRatePrior | undefined {
  return fitBaseRate(tenant.controlRates[kind] ?? []) ?? global?.baseRates[kind] ?? SHIPPED_PRIORS.baseRates[kind];
}
