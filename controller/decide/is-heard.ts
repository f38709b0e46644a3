import type { GuardrailAssessment } from './health-assessment.ts';

/** Whether decisions look at a guardrail: not while a person has it ignored. */
export function isHeard({ overriddenUntilMs }: GuardrailAssessment): boolean {
  return overriddenUntilMs === undefined;
}
