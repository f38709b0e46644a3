import type { EvaluationContext, EvaluationDetails, FlagMetadata } from '../domain/index.ts';
import type { CompiledFlag } from './compile-flag.ts';
import type { CompiledSnapshot } from './compile-snapshot.ts';

/** What a flag serves in this context at this time. Never throws: what goes wrong is an answer with an error code. */
export function evaluate(
  snapshot: CompiledSnapshot,
  flagKey: string,
  context: EvaluationContext,
  nowMs: number,
): EvaluationDetails {
  const flag = snapshot.flags.get(flagKey);
  return flag === undefined ? unknownFlag(snapshot, flagKey) : answerOf(flag, context, nowMs);
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
  const answers: EvaluationDetails[] = [];
  for (const flag of snapshot.flags.values())
    if (accept(flag.source.metadata)) answers.push(answerOf(flag, context, nowMs));
  return answers;
}

/** The answer of a compiled flag; never throws. */
export function answerOf(flag: CompiledFlag, context: EvaluationContext, nowMs: number): EvaluationDetails {
  try {
    return flag.evaluate(context, nowMs);
  } catch {
    // No JSON leads here; a context from JavaScript may, with a getter that throws or a symbol in it.
    return flag.failure;
  }
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
