import type { HealthAssessment } from '../controller/index.ts';
import type { Decision, PastDecision } from '../domain/index.ts';

/** How a rollout stood at one decision: what charts show of it. */
export interface HistoryPoint extends Pick<Decision, 'action' | 'coverage'> {
  /** End of the newest window that the decision knew. */
  readonly atMs: number;
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

/** What charts show of a past decision; a few hundred bytes of some thousand. */
export function historyPoint({ windowEndMs, decision, assessment }: PastDecision): HistoryPoint {
  const { action, coverage, reasons } = decision;
  // The record holds what `decide` returned, as JSON.
  const { treatments = [], riskBudget = null } = assessment as unknown as Partial<HealthAssessment>;
  const [reason] = reasons;
  return {
    atMs: windowEndMs,
    action,
    coverage,
    reason: reason === undefined ? null : { code: reason.code, message: reason.message },
    treatments: treatments.map(({ treatment, combined, nowLog10, guardrails }) => ({
      treatment,
      log10: nowLog10,
      lineLog10: combined.lineLog10,
      guardrails: guardrails.map(guardrailPoint),
    })),
    budgetLeft: riskBudget?.left ?? null,
  };
}

type Guardrail = HealthAssessment['treatments'][number]['guardrails'][number];

function guardrailPoint({ metric, treatment, control, effect, evidence }: Guardrail): GuardrailPoint {
  return {
    metric,
    treatment: levelOf(treatment),
    control: levelOf(control),
    ratio: effect?.ratio ?? null,
    lower: effect?.lower ?? null,
    upper: effect?.upper ?? null,
    log10: evidence.log10,
  };
}

/** The number that stands for one side: what slow units take, else the mean, else the rate. */
function levelOf({ p95Ms, mean, rate }: Guardrail['treatment']): number | null {
  return p95Ms ?? mean ?? rate;
}
