import type { HealthAssessment } from '../controller/index.ts';
import type { GuardrailPoint, HistoryPoint, PastDecision } from '../domain/index.ts';

/** What charts show of a past decision; a few hundred bytes of some thousand. */
export function historyPoint({ windowEndMs, decidedAtMs, decision, assessment }: PastDecision): HistoryPoint {
  const { action, coverage, reasons } = decision;
  // The record holds what `decide` returned, as JSON.
  const { treatments = [], riskBudget = null } = assessment as unknown as Partial<HealthAssessment>;
  const [reason] = reasons;
  return {
    atMs: windowEndMs,
    decidedAtMs,
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
