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
  const { flagKey, definition, metadata: flagMetadata } = source;
  const values = new Map(Object.entries(definition.variants).map(([name, value]) => [name, frozenCopy(value)]));
  const served = (variant: string, reason: EvaluationReason): EvaluationDetails =>
    Object.freeze({ flagKey, value: values.get(variant), variant, reason, flagMetadata });
  const noValue = (reason: EvaluationReason): EvaluationDetails =>
    Object.freeze({ flagKey, value: undefined, reason, flagMetadata });
  const byDefault = (reason: EvaluationReason): EvaluationDetails =>
    definition.defaultVariant ? served(definition.defaultVariant, reason) : noValue('DEFAULT');

  const matches = new Map([...values.keys()].map((variant) => [variant, served(variant, 'TARGETING_MATCH')]));
  const fallback = byDefault('DEFAULT');
  const unusable = (what: string) =>
    failedAnswer(source, 'GENERAL', `The targeting yields ${what}; it has to name one of the variants.`);
  const named = (name: string) => matches.get(name) ?? unusable(`"${name.slice(0, 64)}"`);
  return {
    disabled: noValue('DISABLED'),
    withoutTargeting: byDefault('STATIC'),
    forResult: (result) => {
      if (typeof result === 'string') return named(result);
      if (result === null || result === undefined) return fallback;
      if (typeof result === 'boolean') return named(String(result));
      if (typeof result !== 'number') return unusable('an object or a list');
      return Number.isFinite(result) ? named(String(result)) : fallback;
    },
  };
}

/** An answer without a value that says what went wrong. */
export function failedAnswer(
  { flagKey, metadata }: FlagSource,
  errorCode: EvaluationErrorCode,
  errorMessage: string,
): EvaluationDetails {
  return Object.freeze({ flagKey, value: undefined, reason: 'ERROR', errorCode, errorMessage, flagMetadata: metadata });
}
