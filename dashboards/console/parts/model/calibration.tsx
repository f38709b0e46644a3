import type { ModelReview } from '../../api/learning-answers.ts';
import { count, percent, significant } from '../../format/numbers.ts';
import { MeasureBar } from './measure-bar.tsx';

/** Predicted against realised harm, in all and by the size of the prediction. */
export function Calibration({ calibration }: Pick<ModelReview, 'calibration'>) {
  return (
    <div class="grid content-start gap-2">
      <h3>Predicted and realised harm</h3>
      {calibration === null ? (
        <p class="quiet">No rollout with a prediction has a label yet, so nobody can tell.</p>
      ) : (
        <>
          <p class="number">
            {percent(calibration.predicted)} predicted, {percent(calibration.realised)} realised in{' '}
            {count(calibration.rollouts)} rollouts whose end is known.
          </p>
          {calibration.bins.map((bin) => (
            <MeasureBar
              key={`${bin.predicted} ${bin.realised}`}
              label={`${count(bin.count)} rollouts, predicted ${percent(bin.predicted)}`}
              text={`${percent(bin.realised)} harmful`}
              share={bin.realised}
              markShare={bin.predicted}
              isOver={false}
            />
          ))}
          <p class="quiet text-xs">
            {calibration.pValue === null
              ? 'Fewer than 20 rollouts: too few for a test.'
              : `The bar is what came of them, the mark what was predicted. If every prediction were right, such differences would have a probability of ${significant(calibration.pValue, 2)}. No rule acts on it.`}
          </p>
        </>
      )}
    </div>
  );
}
