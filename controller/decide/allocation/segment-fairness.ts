import { isHarmLikelyIn } from '../../../models/index.ts';
import { nonInferiorityMarginOf } from '../assess-guardrail.ts';
import type { SegmentAssessment } from '../health-assessment.ts';
import { isHeard } from '../is-heard.ts';
import type { Situation } from '../observation.ts';

/** A treatment that may not get a larger share of new units, and a segment that speaks against it. */
export interface Unfair {
  readonly variant: string;
  /** "country=DE". */
  readonly segment: string;
}

/**
 * Treatments that may do harm beyond the non-inferiority margin in a part of the traffic, with each of those parts.
 *
 * What is good for most must not grow at the cost of a few.
 */
export function treatmentsThatMayNotRise({ observation, assessment }: Situation): readonly Unfair[] {
  const { definition } = observation.rollout;
  return assessment.treatments.flatMap(({ treatment, guardrails }) => {
    const found = guardrails.filter(isHeard).flatMap(({ metric: name, segments }) => {
      const metric = definition.metrics.find((candidate) => candidate.metric === name)!;
      const margin = nonInferiorityMarginOf(definition, metric);
      return segments.filter((segment) => isHarmLikelyIn(countsOf(segment, metric.goodDirection), margin));
    });
    return found.map(({ segment }) => ({ variant: treatment, segment }));
  });
}

function countsOf({ treatment, control, ratio }: SegmentAssessment, goodDirection: 'lower' | 'higher') {
  const known = ratio ?? 0;
  return {
    xT: treatment.events,
    xC: control.events,
    ratio: goodDirection === 'lower' || known === 0 ? known : 1 / known,
  };
}
