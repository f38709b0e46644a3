import { FlagdCore } from '@openfeature/flagd-core';
import type { EvaluationDetails } from '../../domain/index.ts';

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * flagd's JavaScript engine over a flag set; throws when the engine refuses the set.
 *
 * Its interpreter unless asked otherwise: the code that it generates throws at some correct rules (a loop inside a
 * comparison) and writes null as "null".
 */
export function flagdOver(flagSet: unknown, { isCompiled = false } = {}): FlagdCore {
  const flagd = new FlagdCore(undefined, SILENT, { disableDynamicCodeGeneration: !isCompiled });
  flagd.setConfigurations(JSON.stringify(flagSet));
  return flagd;
}

/** The parts of an answer that both engines have to agree on. */
export interface Answer {
  readonly value: unknown;
  readonly variant: unknown;
  readonly reason: unknown;
  readonly errorCode: unknown;
  readonly flagMetadata: unknown;
}

/** What flagd-core answers; value undefined where the caller's default applies. */
export function answerOfFlagd(flagd: FlagdCore, flagKey: string, context: unknown): Answer {
  const flag = flagd.getFlag(flagKey);
  const [value] = flag?.variants.values() ?? [];
  // Asked by the flag's own type, with a default that no flag has, so that it can be told from a value.
  const type = (typeof value === 'undefined' ? 'boolean' : typeof value) as 'boolean' | 'string' | 'number' | 'object';
  const details = flagd.resolve(type, flagKey, NOBODYS_VALUE as never, context as never);
  return { ...partsOf(details), value: details.value === NOBODYS_VALUE ? undefined : details.value };
}

/** The same parts of our own answer. */
export function answerOfOurs(details: EvaluationDetails): Answer {
  return partsOf(details);
}

const NOBODYS_VALUE: unknown = { isFallback: true };

function partsOf({ value, variant, reason, errorCode, flagMetadata }: Partial<Answer>): Answer {
  return { value, variant, reason, errorCode, flagMetadata };
}
