import type { HealthAssessment, Outcome } from '../../controller/index.ts';
import type { Told } from '../policies/policy.ts';

/** What the controller's outcome says: every reason, and the evidence of every guardrail against its line. */
export function toldBy({ decision, assessment }: Outcome): Told {
  return {
    reasons: decision.reasons.map(({ code, message }) => ({ code, message })),
    verdicts: assessment.treatments.flatMap((treatment) => [
      { metric: 'all guardrails', verdict: null, ...treatment.combined },
      ...treatment.guardrails.map(guardrailTold),
    ]),
  };
}

type Guardrail = HealthAssessment['treatments'][number]['guardrails'][number];

function guardrailTold({ metric, verdict, evidence }: Guardrail): Told['verdicts'][number] {
  return { metric, verdict, ...evidence };
}
