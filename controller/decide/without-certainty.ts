import type { Reason } from '../../domain/index.ts';
import { isHeard } from './is-heard.ts';
import type { Situation } from './observation.ts';
import { sidesShortOfUnits } from './patience.ts';
import { countsUnits } from './stage-evidence.ts';
import { coverageInWords, percent, span } from './words.ts';

/** What a ramp goes on without, now that nobody would wait any longer; empty where everything is shown. */
export function withoutCertainty(situation: Situation, isBeyondHalf: boolean): readonly Reason[] {
  const messages = [...fewUnits(situation), ...(isBeyondHalf ? unsureGuardrails(situation) : [])];
  return messages.map((message) => ({ code: 'inconclusive', message }));
}

function fewUnits(situation: Situation): readonly string[] {
  const { definition, state } = situation.observation.rollout;
  const unit = countsUnits(definition) ? 'units' : 'requests';
  return sidesShortOfUnits(situation).map(
    ({ variant, units }) =>
      `"${variant}" was seen by ${units} of ${definition.minExposures} ${unit} at ${coverageInWords(state.coverage)}, and at the traffic so far ${span(definition.patienceMs)} would not bring the rest`,
  );
}

function unsureGuardrails({ observation, assessment }: Situation): readonly string[] {
  const waited = span(observation.rollout.definition.patienceMs);
  return assessment.treatments.flatMap(({ treatment, guardrails }) =>
    guardrails
      .filter(isHeard)
      .filter(({ isNonInferior, isUnsuspected }) => !isNonInferior && isUnsuspected)
      .map(
        ({ metric, nonInferiorProbability }) =>
          `${metric}: after ${waited} it is only ${percent(nonInferiorProbability)} probable that treatment "${treatment}" is not inferior, but the data make harm no likelier than it was before`,
      ),
  );
}
