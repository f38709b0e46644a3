import type { Reason } from '../../domain/index.ts';
import type { HealthAssessment, Verdict } from '../decide/index.ts';

/** What windows say about treatments; plain JSON. */
export interface Judgement {
  readonly summary: JudgementSummary;
  readonly windows: {
    readonly count: number;
    /** Start of the first and end of the last; null without windows. */
    readonly fromMs: number | null;
    readonly throughMs: number | null;
  };
  /** What keeps the verdict from being `pass`, in the words of a decision; empty when nothing does. */
  readonly reasons: readonly Reason[];
  /** How far the windows themselves can be relied on. */
  readonly notes: readonly JudgementNote[];
  readonly treatments: HealthAssessment['treatments'];
  /** null where no shares were intended. */
  readonly sampleRatio: HealthAssessment['sampleRatio'] | null;
  readonly incidents: HealthAssessment['incidents'];
  readonly observed: HealthAssessment['observed'];
}

/** One thing to look at, for programs. */
export interface JudgementSummary {
  /** `fail` if any treatment does harm, `pass` if all of them are shown not to. */
  readonly verdict: Verdict;
  /** Of the treatment with the most evidence against it, all guardrails together, at its highest. */
  readonly evidenceLog10: number;
  /** The line from which that evidence makes the verdict `fail`. */
  readonly lineLog10: number;
  /** The first reason in words. */
  readonly reason: string;
}

/** Something about the windows, or the source that they were pulled from, that a person should know. */
export interface JudgementNote {
  readonly code: string;
  readonly message: string;
}
