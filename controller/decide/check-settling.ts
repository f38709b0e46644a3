import type { Reason, RolloutDefinition } from '../../domain/index.ts';
import { guardrailInWords } from './check-guardrails.ts';
import type { TreatmentAssessment } from './health-assessment.ts';
import { isHeard } from './is-heard.ts';
import { type Moment, settledFromMs } from './settling.ts';
import { powerOfTen } from './words.ts';

/** Reasons to wait because people may only be getting used to what is new: without that a guardrail would take the rollout back. */
export function checkSettling(
  { metrics }: RolloutDefinition,
  stage: Moment['stage'],
  { treatment, guardrails }: TreatmentAssessment,
): readonly Reason[] {
  return guardrails
    .filter(isHeard)
    .filter(({ settling, evidence }) => isOpen(settling) && evidence.log10 >= evidence.lineLog10)
    .map((guardrail) => {
      const metric = metrics.find((candidate) => candidate.metric === guardrail.metric)!;
      const { log10, lineLog10 } = guardrail.evidence;
      const from = new Date(settledFromMs(metric, stage)!).toISOString();
      return {
        code: 'settling',
        message: `${metric.metric}: ${guardrailInWords(treatment, guardrail, metric)}; evidence ${powerOfTen(log10)} has passed the line ${powerOfTen(lineLog10)}, but people may only be getting used to what is new: what they do from ${from} on decides`,
        releasedBy: 'what they do from then on: harm that lasts takes the rollout back, harm that fades lets it go on',
      };
    });
}

function isOpen(settling: TreatmentAssessment['guardrails'][number]['settling']): boolean {
  return settling === 'early' || settling === 'undecided';
}
