import type { InputDrift, ModelReview } from '../../api/learning-answers.ts';
import { significant } from '../../format/numbers.ts';
import { MeasureBar } from './measure-bar.tsx';

/** So many inputs are shown at once, those that have drifted most. */
const MOST_SHOWN = 6;

/** How far each input of a model is from its distribution in training. */
export function InputDrifts({ review: { drift, driftLine } }: { readonly review: ModelReview }) {
  return (
    <div class="grid content-start gap-2">
      <h3>Drift of its inputs</h3>
      {drift === null || drift.length === 0 ? (
        <p class="quiet">
          {drift === null
            ? 'It is not known how its inputs were distributed in training: a shipped model does not say.'
            : 'In the last week it was asked about fewer than 20 rollouts: too few to tell.'}
        </p>
      ) : (
        <>
          <p>
            {wordsFor(drift, driftLine)} <span class="quiet">Population stability of the last week, by input:</span>
          </p>
          <Bars inputs={drift.slice(0, MOST_SHOWN)} driftLine={driftLine} />
          {drift.length > MOST_SHOWN && (
            <details>
              <summary class="cursor-pointer">{drift.length - MOST_SHOWN} inputs with less drift</summary>
              <div class="mt-2">
                <Bars inputs={drift.slice(MOST_SHOWN)} driftLine={driftLine} />
              </div>
            </details>
          )}
        </>
      )}
    </div>
  );
}

function wordsFor(drift: readonly InputDrift[], line: number): string {
  const drifted = drift.filter(({ index }) => index > line).length;
  const beyond = `beyond ${significant(line, 2)}`;
  if (drifted === 0) return `None has drifted ${beyond}.`;
  return `${drifted} of ${drift.length} ${drifted === 1 ? 'has' : 'have'} drifted ${beyond}; after two days of that a training run is due.`;
}

function Bars({ inputs, driftLine }: { readonly inputs: readonly InputDrift[]; readonly driftLine: number }) {
  return (
    <div class="grid gap-2">
      {inputs.map(({ feature, index, days }) => (
        <MeasureBar
          key={feature}
          label={days > 1 ? `${feature}, not only today` : feature}
          text={significant(index, 2)}
          // The line in the middle: an index has no largest value.
          share={index / (2 * driftLine)}
          markShare={0.5}
          isOver={index > driftLine}
        />
      ))}
    </div>
  );
}
