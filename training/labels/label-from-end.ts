import type { LabelVerdict, ReasonCode } from '../../domain/index.ts';

/** How a generation of a rollout ended, as the decision or the person that ended it left it. */
export interface GenerationEnd {
  readonly phase: 'completed' | 'rolledBack';
  readonly by: 'controller' | 'operator';
  /** Reasons of the deciding record, the first one decided; none where a person did. */
  readonly codes: readonly string[];
  /** Verdicts of all guardrails of all treatments at the end. */
  readonly verdicts: readonly ('pass' | 'fail' | 'inconclusive' | 'noData')[];
}

/** A rule's opinion. */
export interface RuleLabel {
  readonly verdict: LabelVerdict;
  /** In [0, 1]. */
  readonly confidence: number;
  readonly note: string;
}

/** Reasons with which a guardrail itself says that the treatment is worse. */
const CROSSINGS: readonly string[] = ['guardrailBreach', 'catastropheInBurnIn'] satisfies readonly ReasonCode[];

/**
 * What the end of a generation alone says about it (silver, in the words of the trade).
 *
 * A rollback destroys the evidence that would judge it. So one that no guardrail's own crossing explains, such as that of
 * a model or of missing data, leaves `unknown` until somebody confirms it; so does an end that was never conclusive.
 */
export function labelFromEnd({ phase, by, codes, verdicts }: GenerationEnd): RuleLabel {
  if (phase === 'rolledBack') {
    if (by === 'operator') return { verdict: 'regressed', confidence: 0.7, note: 'rolled back by a person' };
    const [code = 'none'] = codes;
    return CROSSINGS.includes(code)
      ? { verdict: 'regressed', confidence: 0.9, note: `rolled back for ${code}` }
      : { verdict: 'unknown', confidence: 0, note: `rolled back for ${code}, which nobody has confirmed` };
  }
  const arePassed = verdicts.length > 0 && verdicts.every((verdict) => verdict === 'pass');
  return arePassed
    ? { verdict: 'healthy', confidence: 0.8, note: 'completed with every guardrail passed' }
    : { verdict: 'unknown', confidence: 0, note: 'completed, but not every guardrail passed' };
}
