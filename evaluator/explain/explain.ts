import type { EvaluationContext, EvaluationDetails } from '../../domain/index.ts';
import { compileFlag } from '../compile-flag.ts';
import type { CompiledSnapshot } from '../compile-snapshot.ts';
import { answerOf, evaluate } from '../evaluate.ts';
import { type ExplainedPart, Trace } from './trace.ts';

export type { ExplainedPart, ExplainedStep } from './trace.ts';

/** An answer, and how it came about. */
export interface Explanation {
  /** What `evaluate` answers. */
  readonly details: EvaluationDetails;
  /** What was asked, in that order; empty where nothing has to be asked. A part that is missing was not reached. */
  readonly parts: readonly ExplainedPart[];
  /** True when there were more steps than are kept. */
  readonly isCut: boolean;
}

/** Evaluates a flag as `evaluate` does, by the same rules, and keeps what each of them came to. Never throws. */
export function explain(
  snapshot: CompiledSnapshot,
  flagKey: string,
  context: EvaluationContext,
  nowMs: number,
): Explanation {
  const flag = snapshot.flags.get(flagKey);
  if (flag === undefined) return { details: evaluate(snapshot, flagKey, context, nowMs), parts: [], isCut: false };
  const trace = new Trace();
  const details = answerOf(compileFlag(flag.source, trace), context, nowMs);
  return { details, parts: trace.parts, isCut: trace.isCut };
}
