import type { Reason } from '../../domain/index.ts';
import type { Situation } from './observation.ts';
import { checkUsual } from './usual/check-usual.ts';
import { shortNumber, span } from './words.ts';

/**
 * Reasons not to complete yet at full coverage; empty when the bake is over.
 *
 * Non-inferiority was shown before coverage passed one half, and is not asked for again: what is left of control is so
 * small that chance alone could keep a sound rollout waiting for ever. The guardrails stay armed throughout, and where
 * nothing of control is left its past stands in for it.
 */
export function checkBake(situation: Situation): readonly Reason[] {
  const { nowMs, rollout } = situation.observation;
  const { definition, state } = rollout;
  const leftMs = state.coverageSinceMs + definition.bakeMs - nowMs;
  if (leftMs > 0) {
    return [
      {
        code: 'baking',
        message: `full coverage is watched for ${span(definition.bakeMs)}, ${span(definition.bakeMs - leftMs)} have passed`,
        releasedBy: `${span(leftMs)} more`,
      },
    ];
  }
  return nowMs < state.coverageSinceMs + definition.bakeMs + definition.patienceMs
    ? [...lateDoubts(situation), ...checkUsual(situation)]
    : [];
}

/** Control is about to go, so what began late must not be let through while its newest data are likelier under harm. */
function lateDoubts({ assessment }: Situation): readonly Reason[] {
  return assessment.treatments
    .filter(({ presentLog10 }) => presentLog10 > 0)
    .map(({ treatment, presentLog10 }) => ({
      code: 'lateDoubt',
      message: `the newest data of treatment "${treatment}" are ${shortNumber(10 ** presentLog10)} times as likely if it does harm as if it does none, and without a control nobody could tell any more`,
      releasedBy: 'more windows: it clears up or becomes a breach',
    }));
}
