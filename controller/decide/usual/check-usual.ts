import type { Reason } from '../../../domain/index.ts';
import type { Situation } from '../observation.ts';
import { percent, shortNumber } from '../words.ts';
import type { UsualAssessment } from './usual-assessment.ts';

/**
 * Reasons not to complete because a rate is not what control's past lets expect, where no control is left.
 *
 * It never rolls back: what everybody sees may be an incident as well, and nobody is left to tell them apart.
 */
export function checkUsual({ assessment }: Situation): readonly Reason[] {
  return (assessment.usual ?? []).filter(({ isUnusual }) => isUnusual).map(unlikeBefore);
}

function unlikeBefore({ metric, forecaster, usualRate, rate, score }: UsualAssessment): Reason {
  const now =
    rate === null ? '' : ` is ${percent(rate)} now, ${shortNumber(score ?? 0)} robust standard deviations from it;`;
  const by = forecaster === null ? '' : ` forecaster ${forecaster} expected something else;`;
  return {
    code: 'unlikeBefore',
    message: `${metric}: control had ${percent(usualRate)} before full coverage;${now}${by} without a control nobody can tell the change from an incident`,
    releasedBy: 'a rate as before, or a person',
  };
}
