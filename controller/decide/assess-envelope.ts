import type { Envelope } from './envelope.ts';
import type { EnvelopeAssessment } from './health-assessment.ts';
import type { Situation } from './observation.ts';
import { assessActions } from './permitted-actions.ts';
import type { Proposal } from './propose-move.ts';
import { whenRead } from './when-read.ts';

/** The envelope as people see it; worked out when somebody looks. */
export function assessEnvelope(situation: Situation, envelope: Envelope, proposal: Proposal): EnvelopeAssessment {
  const scheduled = scheduledCoverage(situation, envelope, proposal);
  const all = () => assessActions(situation, envelope, scheduled);
  return whenRead<EnvelopeAssessment>({
    reasons: () => {
      const reasons = all().flatMap(({ refusedBy }) => refusedBy);
      return reasons.filter(({ message }, index) => reasons.findIndex((one) => one.message === message) === index);
    },
    actions: () =>
      all().map(({ refusedBy, ...action }) => ({
        ...action,
        refusedBy: [...new Set(refusedBy.map(({ code }) => code))],
      })),
    scheduledCoverage: () => scheduled,
  });
}

/** Where the schedule alone would go now. */
export function scheduledCoverage(
  { observation }: Pick<Situation, 'observation'>,
  { holds }: Envelope,
  proposal: Proposal,
): number {
  const isMoving = proposal.kind === 'move' && holds.length === 0;
  return isMoving ? proposal.decision.coverage : observation.rollout.state.coverage;
}
