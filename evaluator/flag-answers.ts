import type { EvaluationDetails, EvaluationErrorCode, EvaluationReason } from '../domain/index.ts';
import type { FlagSource } from './flag-source.ts';
import { frozenCopy } from './frozen-copy.ts';

/** All that a usable flag may answer; made in advance, frozen, and shared by all evaluations. */
export interface FlagAnswers {
  readonly disabled: EvaluationDetails;
  /** Without targeting: the default variant, or no value when there is none. */
  readonly withoutTargeting: EvaluationDetails;
  /** The answer to what a targeting rule yields. */
  forResult(result: unknown): EvaluationDetails;
}

/** The answers of a flag of sound structure. */
export function answersOf(source: FlagSource): FlagAnswers {
  return new AnswersOfFlag(source);
}

// A class, because closures would take a kilobyte more per flag.
class AnswersOfFlag implements FlagAnswers {
  readonly #source: FlagSource;
  readonly #matches: readonly EvaluationDetails[];
  readonly #fallback: EvaluationDetails;

  constructor(source: FlagSource) {
    this.#source = source;
    this.#matches = Object.keys(source.definition.variants).map((variant) =>
      served(source, variant, 'TARGETING_MATCH'),
    );
    this.#fallback = byDefault(source, 'DEFAULT');
  }

  get disabled(): EvaluationDetails {
    return noValue(this.#source, 'DISABLED');
  }

  get withoutTargeting(): EvaluationDetails {
    return byDefault(this.#source, 'STATIC');
  }

  forResult(result: unknown): EvaluationDetails {
    if (typeof result === 'string') return this.#named(result);
    if (result === null || result === undefined) return this.#fallback;
    if (typeof result === 'boolean') return this.#named(String(result));
    if (typeof result !== 'number') return unusable(this.#source, 'an object or a list');
    return Number.isFinite(result) ? this.#named(String(result)) : this.#fallback;
  }

  #named(name: string): EvaluationDetails {
    for (const match of this.#matches) if (match.variant === name) return match;
    return unusable(this.#source, `"${name.slice(0, 64)}"`);
  }
}

function served(source: FlagSource, variant: string, reason: EvaluationReason): EvaluationDetails {
  const { flagKey, definition, metadata: flagMetadata } = source;
  return Object.freeze({ flagKey, value: frozenCopy(definition.variants[variant]!), variant, reason, flagMetadata });
}

function noValue({ flagKey, metadata: flagMetadata }: FlagSource, reason: EvaluationReason): EvaluationDetails {
  return Object.freeze({ flagKey, value: undefined, reason, flagMetadata });
}

function byDefault(source: FlagSource, reason: EvaluationReason): EvaluationDetails {
  const { defaultVariant } = source.definition;
  return defaultVariant ? served(source, defaultVariant, reason) : noValue(source, 'DEFAULT');
}

function unusable(source: FlagSource, what: string): EvaluationDetails {
  return failedAnswer(source, 'GENERAL', `The targeting yields ${what}; it has to name one of the variants.`);
}

/** An answer without a value that says what went wrong. */
export function failedAnswer(
  { flagKey, metadata }: FlagSource,
  errorCode: EvaluationErrorCode,
  errorMessage: string,
): EvaluationDetails {
  return Object.freeze({ flagKey, value: undefined, reason: 'ERROR', errorCode, errorMessage, flagMetadata: metadata });
}
