import type { EvaluationContext, EvaluationDetails, FlagMetadata } from '../domain/index.ts';
import type { CompiledSnapshot } from './compile-snapshot.ts';

/** What a flag serves in this context at this time. Never throws: what goes wrong is an answer with an error code. */
export function evaluate(
  snapshot: CompiledSnapshot,
  flagKey: string,
  context: EvaluationContext,
  nowMs: number,
): EvaluationDetails {
  const flag = snapshot.flags.get(flagKey);
  if (flag === undefined) return unknownFlag(snapshot, flagKey);
  try {
    return flag.evaluate(context, nowMs);
  } catch {
    // No JSON leads here; a context from JavaScript may, with a getter that throws or a symbol in it.
    return flag.failure;
  }
}

/**
 * What every flag serves whose metadata, those of the set included, are accepted: disabled, failed and code-default
 * flags too, in the order of the flag set.
 */
export function evaluateAll(
  snapshot: CompiledSnapshot,
  context: EvaluationContext,
  nowMs: number,
  accept: (metadata: FlagMetadata) => boolean = () => true,
): readonly EvaluationDetails[] {
  const accepted = [...snapshot.flags].filter(([, flag]) => accept(flag.source.metadata));
  return accepted.map(([flagKey]) => evaluate(snapshot, flagKey, context, nowMs));
}

function unknownFlag(snapshot: CompiledSnapshot, flagKey: string): EvaluationDetails {
  return {
    flagKey,
    value: undefined,
    reason: 'ERROR',
    errorCode: 'FLAG_NOT_FOUND',
    errorMessage: 'The environment has no flag of this key.',
    flagMetadata: snapshot.metadata,
  };
}
