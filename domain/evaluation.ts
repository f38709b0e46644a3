import type { FlagMetadata, FlagValue } from './flag.ts';
import type { JsonValue } from './json.ts';
import type { RolloutOverlay } from './rollout.ts';

/** What is known about the caller: attributes for targeting, and the unit's key. */
export interface EvaluationContext {
  readonly targetingKey?: string;
  readonly [attribute: string]: JsonValue | undefined;
}

/** Why a value was served (OpenFeature's reasons, as flagd uses them). */
export type EvaluationReason = 'STATIC' | 'DEFAULT' | 'TARGETING_MATCH' | 'DISABLED' | 'ERROR' | 'STALE';

/** Why no value could be determined (OpenFeature's error codes). */
export type EvaluationErrorCode =
  | 'PROVIDER_NOT_READY'
  | 'FLAG_NOT_FOUND'
  | 'PARSE_ERROR'
  | 'TYPE_MISMATCH'
  | 'TARGETING_KEY_MISSING'
  | 'INVALID_CONTEXT'
  | 'GENERAL';

/** A unit was served a variant under a rollout. */
export interface Exposure {
  readonly rollout: RolloutOverlay;
  /** The string that the unit was bucketed by. */
  readonly unit: string;
  readonly variant: string;
  /** The leaf of the unit, where leaves are treated apart. */
  readonly leaf?: string;
}

/** The answer of one evaluation; a missing value without an error means that the caller's own default applies. */
export interface EvaluationDetails<T extends FlagValue = FlagValue> {
  readonly flagKey: string;
  readonly value: T | undefined;
  readonly variant?: string;
  readonly reason: EvaluationReason;
  readonly errorCode?: EvaluationErrorCode;
  readonly errorMessage?: string;
  readonly flagMetadata: FlagMetadata;
  /** Present when the unit is eligible for a measured rollout, in control as well as in treatment. */
  readonly exposure?: Exposure;
}
