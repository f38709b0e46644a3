import type { Decision } from './decision.ts';

/** How a rollout stood at one decision: what charts show of it. */
export interface HistoryPoint extends Pick<Decision, 'action' | 'coverage'> {
  /** End of the newest window that the decision knew. */
  readonly atMs: number;
  readonly decidedAtMs: number;
  readonly reason: { readonly code: string; readonly message: string } | null;
  readonly treatments: readonly TreatmentPoint[];
  /** Bad events that the risk budget still allows; null without one. */
  readonly budgetLeft: number | null;
}

/** One treatment: all guardrails together, and each by itself. */
export interface TreatmentPoint {
  readonly treatment: string;
  readonly log10: number;
  readonly lineLog10: number;
  readonly guardrails: readonly GuardrailPoint[];
}

/** One guardrail: the rate, p95 or mean of both sides, and the effect with its always-valid interval. */
export interface GuardrailPoint {
  readonly metric: string;
  readonly treatment: number | null;
  readonly control: number | null;
  readonly ratio: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly log10: number;
}
