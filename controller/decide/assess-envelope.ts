import type { Decision } from '../../domain/index.ts';
import type { Envelope } from './envelope.ts';
import type { EnvelopeAssessment } from './health-assessment.ts';
import type { Situation } from './observation.ts';
import { assessActions } from './permitted-actions.ts';
import { whenRead } from './when-read.ts';

/** The envelope as people see it, with what the schedule does and what it would do if its dwell were over; worked out when somebody looks. */
export function assessEnvelope(
  situation: Situation,
  envelope: Envelope,
  scheduled: Decision,
  move: Decision = scheduled,
): EnvelopeAssessment {
  const all = () => assessActions(situation, envelope, move.coverage);
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
    scheduledCoverage: () => scheduled.coverage,
  });
}
